"""Numbers become the right pixels: colours, overlays, grids, strips, badges."""

import io

import numpy as np
import pytest
from PIL import Image

from explorer.errors import ConfigError
from explorer.figures.badge import badge_of, band
from explorer.figures.maps.colour_maps import (
    COLOUR_MAPS,
    DIVERGING,
    NOT_A_NUMBER,
    STEPS,
    coloured,
    symmetric_limits,
    table,
)
from explorer.figures.maps.map_grid import GAP_PX, map_grid, picture_grid
from explorer.figures.maps.map_sheet import own_colours, sheet
from explorer.figures.maps.overlay import gray, map_picture, overlay, png_bytes
from explorer.figures.theme import STATE_COLOURS

SEQUENTIAL = sorted(set(COLOUR_MAPS) - DIVERGING)

# What people see who lack a kind of cone, in linear RGB. Source: Machado, Oliveira and Fernandes, 2009,
# doi:10.1109/TVCG.2009.113, severity 1.
SIGHT = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
RGB_TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])


def lab(colours: np.ndarray, sight: str = "all cones") -> np.ndarray:
    """CIE L*a*b* of sRGB colours (n, 3), white D65."""
    parts = colours / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = (linear @ np.array(SIGHT[sight]).T).clip(0, 1)
    x, y, z = (np.cbrt(np.maximum(part, 1e-9)) for part in (seen @ RGB_TO_XYZ.T / (0.9505, 1, 1.089)).T)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def hexadecimal(colour: np.ndarray) -> str:
    return "#{:02X}{:02X}{:02X}".format(*colour[:3])


def test_viridis_is_viridis() -> None:
    colours = table("viridis")
    assert [hexadecimal(colours[i]) for i in (0, STEPS - 1)] == ["#440154", "#FDE725"]
    assert len(colours) == 256 and tuple(colours[STEPS]) == NOT_A_NUMBER


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", SEQUENTIAL)
def test_more_is_lighter_for_every_eye(name: str, sight: str) -> None:
    lightness = lab(table(name)[:STEPS], sight)[:, 0]
    # A third of a unit is far below what is seen; the tables hold whole numbers.
    assert (np.diff(lightness) > -1 / 3).all()
    assert lightness[-1] - lightness[0] > 65


@pytest.mark.parametrize("sight", SIGHT)
def test_signed_map_is_neutral_at_zero_and_as_dark_on_either_side(sight: str) -> None:
    colours = lab(table("balance")[:STEPS], sight)
    below, above = colours[STEPS // 2 :: -1], colours[STEPS // 2 :]
    assert (np.diff(below[:, 0]) < 1 / 3).all() and (np.diff(above[:, 0]) < 1 / 3).all()
    # From a quarter of the range on, the two signs are told apart.
    assert np.linalg.norm(below - above, axis=1)[STEPS // 8 :].min() > (25 if sight == "all cones" else 15)
    if sight == "all cones":
        assert abs(below[:, 0] - above[:, 0]).max() < 6
        assert abs(colours[STEPS // 2, 1:]).max() < 0.1


def test_values_get_the_colours_of_their_place() -> None:
    shown = coloured([-9, 0, 50, 100, 109, np.nan, np.inf, -np.inf], "gray", 0, 100)
    white, black, middle = [255] * 3, [0] * 3, [128] * 3
    assert shown.tolist() == [black, black, middle, white, white, list(NOT_A_NUMBER), white, black]
    assert shown.dtype == np.uint8
    assert tuple(coloured(0.0, "balance", -3, 3)) == (247, 247, 247)
    assert coloured(np.array([[0, 1], [2, 3]], np.int64), "gray", 0, 3)[1, 1].tolist() == white


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_one_value_alone_has_a_colour_too(name: str) -> None:
    expected = table(name)[STEPS // 2 if name in DIVERGING else 0]
    assert (coloured([0, 7, 9], name, 7, 7) == expected).all()
    # Two numbers to Python, one to the values.
    assert (coloured(np.ones(2, np.float32), name, 1, 1 + 1e-12) == expected).all()
    assert tuple(coloured([np.nan], name, 7, 7)[0]) == NOT_A_NUMBER


def test_each_map_can_have_limits_of_its_own() -> None:
    shown = coloured(np.array([[1.0, 1], [1, 1]]), "gray", np.array([0, 1.0]), np.array([1.0, 2]))
    assert shown[..., 0].tolist() == [[255, 0], [255, 0]]


def test_colours_that_cannot_be_are_refused() -> None:
    with pytest.raises(ConfigError, match="viridis, cividis, inferno, gray, balance, got 'jet'"):
        coloured([1], "jet", 0, 1)
    for low, high in ((1, 0), (0, np.inf), (np.nan, 1)):
        with pytest.raises(ValueError, match="finite limits"):
            coloured([1.0], "gray", low, high)


def test_symmetric_limits_hold_all_finite_values() -> None:
    assert symmetric_limits([-3, 2, np.nan, np.inf]) == (-3, 3)
    assert symmetric_limits([0]) == symmetric_limits([]) == (0, 0)


ORANGE = np.full((1, 3, 3), (200, 100, 50), np.uint8)
GRAY_OF_ORANGE = 0.299 * 200 + 0.587 * 100 + 0.114 * 50


def test_overlay_leaves_cold_places_alone_and_covers_hot_ones() -> None:
    values = np.array([[0, 5, 10]], np.float32)
    laid = overlay(ORANGE, values, colour_map="viridis", low=0, high=10, opacity=1)
    assert laid[0, 0].tolist() == [200, 100, 50]
    assert hexadecimal(laid[0, 2]) == "#FDE725"
    half_grayed = (np.array([200, 100, 50]) + GRAY_OF_ORANGE) / 2
    assert laid[0, 1] == pytest.approx((half_grayed + table("viridis")[127]) / 2, abs=0.51)


def test_signed_overlay_leaves_the_middle_alone() -> None:
    laid = overlay(ORANGE, np.array([[-2.0, 0, 2]]), colour_map="balance", low=-2, high=2, opacity=1)
    assert [hexadecimal(colour) for colour in laid[0]] == ["#053061", "#C86432", "#67001F"]


def test_overlay_of_nothing_is_the_picture() -> None:
    for values, high in ((np.zeros((1, 3)), 0), (np.full((1, 3), np.nan), 0), (np.full((1, 3), np.nan), 1)):
        assert (overlay(ORANGE, values, colour_map="viridis", low=0, high=high, opacity=1) == ORANGE).all()


def test_a_gray_picture_keeps_its_brightness() -> None:
    assert (gray(ORANGE) == round(GRAY_OF_ORANGE)).all()


def test_overlay_refuses_another_size_and_impossible_opacity() -> None:
    with pytest.raises(ValueError, match=r"\(1, 3, 3\) and \(3, 1\)"):
        overlay(ORANGE, np.zeros((3, 1)), colour_map="viridis", low=0, high=1, opacity=1)
    with pytest.raises(ValueError, match="from 0 to 1, got 80"):
        overlay(ORANGE, np.zeros((1, 3)), colour_map="viridis", low=0, high=1, opacity=80)


@pytest.mark.parametrize("width", [150, 299, 600, 1400])
@pytest.mark.parametrize("state", ["altered", "random"])
def test_badge_is_whole_readable_and_in_the_colour_of_its_state(width: int, state: str) -> None:
    strip = band(width, badge_of(state))
    assert strip.shape[1] == width and 15 <= strip.shape[0] <= 32
    ground = np.array(strip == strip[0, 0]).all(axis=-1)
    assert hexadecimal(strip[0, 0]) == STATE_COLOURS[state]
    rows, columns = np.nonzero(~ground)
    assert rows.max() - rows.min() >= 7, "letters are too small"
    assert columns.min() >= 4 and columns.max() < width - 4, "letters are cut off"
    assert abs(columns.min() + columns.max() - width) <= 3
    # The ink's contrast with the ground, by WCAG's formula.
    light, dark = (lab(colour[None])[0, 0] for colour in (strip[0, 0], strip.reshape(-1, 3)[strip.sum(-1).argmin()]))
    assert (((light + 16) / 116) ** 3 + 0.05) / (((dark + 16) / 116) ** 3 + 0.05) > 4.5


def test_only_weights_that_are_not_as_trained_are_badged() -> None:
    assert [badge_of(state) for state in STATE_COLOURS] == [None, "ALTERED WEIGHTS", None, "RANDOM WEIGHTS"]


def test_badge_takes_the_lowest_rows_and_nothing_else() -> None:
    picture = np.full((200, 200, 3), 7, np.uint8)
    stamped = overlay(
        picture, np.zeros((200, 200)), colour_map="gray", low=0, high=1, opacity=1, badge="RANDOM WEIGHTS"
    )
    height = len(band(200, "RANDOM WEIGHTS"))
    assert (stamped[:-height] == 7).all() and (stamped[-height:] == band(200, "RANDOM WEIGHTS")).all()
    assert (picture == 7).all()


def test_map_picture_has_a_pixel_for_each_cell() -> None:
    small = map_picture(np.array([[0.0, 1], [1, 0]]), colour_map="gray", low=0, high=1)
    assert small[..., 0].tolist() == [[0, 255], [255, 0]]


@pytest.mark.parametrize("channels", [3, 4])
def test_png_holds_the_very_pixels(channels: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, channels), np.uint8)
    assert (np.asarray(Image.open(io.BytesIO(png_bytes(picture)))) == picture).all()


def tile(picture: np.ndarray, row: int, column: int, tile_px: int) -> np.ndarray:
    cell = tile_px + GAP_PX
    return picture[row * cell + 1 :, column * cell + 1 :][:tile_px, :tile_px]


def test_grid_puts_maps_in_rows_with_gaps_and_leaves_the_rest_empty() -> None:
    maps = np.arange(3.0).reshape(1, 1, 3)
    grid = map_grid(maps, [5, 6, 7], columns=2, tile_px=8, colour_map="gray", low=0, high=2)
    assert (grid.rows, grid.columns, grid.tile_px) == (2, 2, 8)
    assert grid.picture.shape == (20, 20, 4) and not grid.picture.flags.writeable
    assert grid.area == (0, 0, 1, 1)
    for i, (row, column) in enumerate([(0, 0), (0, 1), (1, 0)]):
        assert (tile(grid.picture, row, column, 8) == [*table("gray")[127 * i], 255]).all()
    assert (grid.picture[10:, 10:, 3] == 0).all()
    assert (grid.picture[:10, [0, 9, 10, 19], 3] == 128).all()


def test_grid_of_fewer_maps_than_columns_is_narrower() -> None:
    grid = map_grid(np.zeros((2, 2, 3)), range(3), columns=8, tile_px=10, colour_map="gray", low=0, high=1)
    assert (grid.rows, grid.columns) == (1, 3)


def test_grid_enlarges_cells_as_they_are() -> None:
    maps = np.array([[0.0, 1], [1, 0]])[..., None]
    grid = map_grid(maps, [0], columns=1, tile_px=6, colour_map="gray", low=0, high=1)
    expected = np.kron([[0, 255], [255, 0]], np.ones((3, 3)))
    assert (tile(grid.picture, 0, 0, 6)[..., 0] == expected).all()


def test_grid_reduces_maps_to_the_means_of_areas() -> None:
    # Three cells on two pixels: each pixel has one cell and half of the middle one.
    maps = np.tile([0.0, 60, 120], (3, 1))[..., None]
    grid = map_grid(maps, [0], columns=1, tile_px=2, colour_map="gray", low=0, high=STEPS - 1)
    assert tile(grid.picture, 0, 0, 2)[0, :, 0].tolist() == [table("gray")[20, 0], table("gray")[100, 0]]
    maps[0, 2] = np.nan
    grid = map_grid(maps, [0], columns=1, tile_px=2, colour_map="gray", low=0, high=STEPS - 1)
    shown = tile(grid.picture, 0, 0, 2)[..., :3]
    assert tuple(shown[0, 1]) == NOT_A_NUMBER
    assert shown[[0, 1, 1], [0, 0, 1], 0].tolist() == [table("gray")[i, 0] for i in (20, 20, 100)]


def test_grid_takes_one_scale_or_one_for_each_map() -> None:
    maps = np.array([[[1.0, 10]]])
    own = map_grid(
        maps, [0, 1], columns=2, tile_px=6, colour_map="gray", low=np.zeros(2), high=np.array([1, 20.0])
    ).picture
    assert [tile(own, 0, i, 6)[0, 0, 0] for i in (0, 1)] == [255, 128]


@pytest.mark.parametrize("value", [0, 1])
def test_numbers_are_read_on_black_and_on_white_maps(value: int) -> None:
    maps = np.full((4, 4, 2), float(value))
    grid = map_grid(maps, [7, 1023], columns=2, tile_px=96, colour_map="gray", low=0, high=1)
    for column, widest in enumerate((20, 45)):
        pixels = tile(grid.picture, 0, column, 96)[..., 0]
        label = pixels[:13, :widest]
        assert label.min() < 100 and label.max() > 240
        assert (pixels[16:] == 255 * value).all() and (pixels[:, widest:] == 255 * value).all()


def test_numbers_that_would_hide_the_maps_are_left_out() -> None:
    grid = map_grid(np.ones((4, 4, 2)), [7, 1023], columns=2, tile_px=24, colour_map="gray", low=0, high=1)
    assert (tile(grid.picture, 0, 0, 24) == 255).all() and (tile(grid.picture, 0, 1, 24) == 255).all()


def test_badge_stands_beneath_the_grid_and_not_on_its_cells() -> None:
    options = {"columns": 4, "tile_px": 48, "colour_map": "gray", "low": 0, "high": 1}
    plain = map_grid(np.ones((4, 4, 8)), range(8), **options)
    badged = map_grid(np.ones((4, 4, 8)), range(8), **options, badge="ALTERED WEIGHTS")
    height = len(plain.picture)
    assert (badged.picture[:height] == plain.picture).all()
    assert (badged.picture[height:, :, :3] == band(4 * 50, "ALTERED WEIGHTS")).all()
    assert badged.area == (0, 0, 1, height / len(badged.picture))


def test_filters_keep_their_own_colours() -> None:
    filters = np.arange(2 * 3 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3, 3)
    grid = picture_grid(filters, [0, 1], columns=2, tile_px=3)
    for i in range(2):
        assert (tile(grid.picture, 0, i, 3)[..., :3] == filters[i]).all()


@pytest.mark.parametrize("count", [0, 3])
def test_grid_needs_a_number_for_each_map(count: int) -> None:
    with pytest.raises(ValueError, match="a number for each map"):
        map_grid(
            np.ones((2, 2, count)), range(count % 2 + count * 0), columns=2, tile_px=8, colour_map="gray", low=0, high=1
        )


def test_a_sheet_holds_each_picture_where_it_says():
    random = np.random.default_rng(0)
    sizes = [(128, 128), *((side, side + 1) for side in (64, 19, 1, 10, 5, 64, 7, 30, 2, 64))]
    pictures = [random.integers(1, 255, (*size, 3), np.uint8) for size in sizes]
    found = sheet(pictures)
    whole = np.asarray(Image.open(io.BytesIO(found.png)))
    assert whole.shape[1::-1] == found.size
    covered = np.zeros(whole.shape[:2], int)
    for each, (x, y, w, h) in zip(pictures, found.places, strict=True):
        np.testing.assert_array_equal(whole[y : y + h, x : x + w], each)
        covered[y : y + h, x : x + w] += 1
    assert covered.max() == 1


def test_a_map_in_its_own_range_uses_the_whole_scale_and_one_value_the_first_colour():
    drawn = own_colours(np.array([[2.0, 3.0], [4.0, 2.0]]), "viridis")
    colours = table("viridis")
    np.testing.assert_array_equal(drawn, colours[[[0, STEPS // 2], [STEPS - 1, 0]]])
    np.testing.assert_array_equal(own_colours(np.full((1, 1), 7.0), "viridis")[0, 0], colours[0])
