from io import BytesIO

from PIL import Image

from explorer.ui.links.share import link_of, qr_code, remarks


def test_the_link_is_the_page_with_its_view():
    assert link_of("http://school.example:8501/explain?x=1#top", {"layer": "block8_sepconv3", "target": "a, b"}) == (
        "http://school.example:8501/explain?layer=block8_sepconv3&target=a%2C+b"
    )
    assert link_of("http://localhost:8501", {}) == "http://localhost:8501/"


def test_what_does_not_travel_is_said():
    def said(link, **options):
        return " ".join(remarks(link, **{"has_own_picture": False, "weights": None} | options))

    assert said("http://school.example/") == ""
    for host in ("localhost:8501", "127.0.0.1", "[::1]:8501"):
        assert "this machine only" in said(f"http://{host}/")
    assert "picture does not travel" in said("http://school.example/", has_own_picture=True)
    assert "Your weights file does not travel" in said("http://school.example/", weights="own file")
    assert said("http://school.example/", pinned=1) == "The pinned configuration travels with the link."
    assert said("http://school.example/", pinned=2, weights="own file") == (
        "The pinned configurations travel with the link, but your weights file does not: it stays in this session."
    )


def test_the_qr_code_is_black_on_white_with_its_quiet_zone():
    image = Image.open(BytesIO(qr_code("http://school.example/explain?layer=block8_sepconv3"))).convert("L")
    assert image.width == image.height
    assert {image.getpixel((x, 15)) for x in range(image.width)} == {255}
    assert {0, 255} == set(image.tobytes())
