from analysis.site.sections import Prose, Section, collect_sections, split_headings


def told(cells, language):
    return collect_sections([(cell, ()) for cell in cells], language)


def test_only_headings_of_the_first_two_levels_cut():
    source = "Before.\n# Title\n## Question ##\nText.\n\n### Detail\n#hashtag"
    assert list(split_headings(source)) == [
        (0, "", "Before."),
        (1, "Title", ""),
        (2, "Question", "Text.\n\n### Detail\n#hashtag"),
    ]


def test_a_hash_in_fenced_code_is_no_heading():
    source = "## Code\n```\n# a comment\n## another\n```\nAfter."
    assert list(split_headings(source)) == [
        (2, "Code", "```\n# a comment\n## another\n```\nAfter.")
    ]


def test_nothing_to_read_gives_nothing():
    assert list(split_headings(" \n\n")) == []


def test_each_language_reads_its_own_cells_and_the_untagged_ones(make):
    cells = [
        make.markdown("## Stages", "en"),
        make.markdown("## 阶段", "zh"),
        make.markdown("Formula: n / N"),
        make.markdown("Both tags.", "en", "zh"),
    ]
    prose = (Prose("Formula: n / N"), Prose("Both tags."))
    assert told(cells, "en")[1] == (Section(heading="Stages", blocks=prose),)
    assert told(cells, "zh")[1] == (Section(heading="阶段", blocks=prose),)


def test_text_before_the_first_section_is_the_introduction(make):
    cells = [make.markdown("# Title\n\nWhat it is about."), make.markdown("## One\nText.")]
    introduction, sections = told(cells, "en")
    assert introduction == "What it is about."
    assert [section.heading for section in sections] == ["One"]


def test_what_is_published_stands_under_the_heading_before_it(make):
    finding, table, metric = make.finding(), make.table(), make.verdict()
    cells = [
        (make.markdown("## First"), ()),
        (make.code("x"), (finding,)),
        (make.markdown("## Second"), ()),
        (make.code("x"), (metric, table)),
    ]
    _, sections = collect_sections(cells, "en")
    assert [(section.heading, section.blocks) for section in sections] == [
        ("First", (finding,)),
        ("Second", (table,)),
    ]


def test_a_section_with_nothing_under_it_is_left_out(make):
    cells = [make.markdown("## Setup"), make.markdown("## Answer\nText.")]
    assert [section.heading for section in told(cells, "en")[1]] == ["Answer"]


def test_what_is_published_before_any_heading_still_has_a_place(make):
    _, sections = collect_sections([(make.code("x"), (make.table(),))], "en")
    assert [(section.heading, len(section.blocks)) for section in sections] == [("", 1)]


def test_source_may_be_a_list_of_lines():
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["## One\n", "Text."]}
    assert told([cell], "en")[1] == (Section(heading="One", blocks=(Prose("Text."),)),)
