from explorer.ui.session.kept_answers import KeptAnswers


def test_a_function_remembers_by_its_arguments_but_for_those_with_an_underscore():
    cache, made = KeptAnswers(lambda: 1 << 20), []

    @cache.keeps()
    def doubled(number, name="x", _tensor=None):
        made.append((number, name))
        return 2 * number

    @cache.keeps()
    def tripled(number):
        return 3 * number

    assert [doubled(4), doubled(4, _tensor=object()), doubled(number=4), doubled(4, "y"), tripled(4)] == [
        8,
        8,
        8,
        8,
        12,
    ]
    assert made == [(4, "x"), (4, "y")]
