from explorer.ui.session import cache
from explorer.ui.uploads import own_pictures
from explorer.vision.pictures.picture import picture


def test_what_was_made_of_a_picture_goes_with_the_last_session_that_has_it(monkeypatch):
    gone, sessions = [], [{}, {}]
    monkeypatch.setattr(cache, "forget", gone.append)
    monkeypatch.setattr(own_pictures, "_shown", list(sessions))
    cat, dog, cow = picture("cat", b"cat"), picture("dog", b"doggy"), picture("cow", b"cow")
    monkeypatch.setattr(own_pictures, "_own", lambda: sessions[0])
    assert own_pictures.of_session((cat, dog, cow)) == (cat, dog, cow)
    monkeypatch.setattr(own_pictures, "_own", lambda: sessions[1])
    own_pictures.of_session((dog, cow))
    assert own_pictures.bytes_in_all() == 3 + 5 + 3 + 5 + 3
    own_pictures.let_go({cow.digest})
    assert gone == [], "the other session has it"
    own_pictures._release(sessions[0])
    assert sorted(gone) == sorted([cat.digest, cow.digest])
    own_pictures.let_go({dog.digest})
    assert gone[2:] == [dog.digest], "removed, by a session that stays"
    assert own_pictures.bytes_in_all() == 0
