from explorer.ui.session import cache, own_pictures
from explorer.vision.pictures.picture import picture


def test_what_was_made_of_a_picture_goes_with_the_last_session_that_showed_it(monkeypatch):
    gone, sessions = [], [set(), set()]
    monkeypatch.setattr(cache, "forget", gone.append)
    monkeypatch.setattr(own_pictures, "_shown", list(sessions))
    cat, dog = picture("cat", b"cat"), picture("dog", b"dog")
    monkeypatch.setattr(own_pictures, "_own", lambda: sessions[0])
    assert own_pictures.of_session((cat, dog)) == (cat, dog)
    monkeypatch.setattr(own_pictures, "_own", lambda: sessions[1])
    own_pictures.of_session((dog,))
    own_pictures._release(sessions[0])
    assert gone == [cat.digest]
    own_pictures._release(sessions[1])
    assert gone == [cat.digest, dog.digest]
