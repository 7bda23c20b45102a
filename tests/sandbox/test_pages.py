from sandbox.pages import page, page_renamed, page_rows, table, text
from sandbox.protocol import Ask

HTML = table("Chart", ("Pos", "Artist"), [("1", "Nova"), ("2", "Juno"), ("3", "Ada")])


def test_a_page_that_the_client_has_is_answered_with_304() -> None:
    first = page(Ask("/radio/"), HTML)

    again = page(Ask("/radio/", headers={"if-none-match": first.headers["etag"] or ""}), HTML)

    assert (first.status, first.body) == (200, HTML.encode())
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_what_html_would_take_for_its_own_is_escaped() -> None:
    assert text("Earth, Wind & Fire <live>") == "Earth, Wind &amp; Fire &lt;live&gt;"


def test_rows_are_left_out_by_their_place() -> None:
    changed = page_rows(lambda place: place == 1)(HTML.encode()).decode()

    assert ("Juno" in changed, "Nova" in changed, "Ada" in changed, "<th>Artist</th>" in changed) == (
        True,
        False,
        False,
        True,
    )


def test_columns_get_other_names() -> None:
    assert b"<th>The Artist</th>" in page_renamed(HTML.encode())
