from services.model.scraped import Credit, CreditedRow, ScrapedRow


def test_a_row_with_other_facts_is_otherwise_the_same() -> None:
    credited = CreditedRow(ScrapedRow(1, "Nova Ruiz", "Sol", {"weeks": 3}), 61, (Credit("Nova Ruiz", 61),))

    changed = credited.with_facts({"weeks": None, "peak": 1})

    assert changed == CreditedRow(
        ScrapedRow(1, "Nova Ruiz", "Sol", {"weeks": None, "peak": 1}), 61, (Credit("Nova Ruiz", 61),)
    )
    assert credited.row.facts == {"weeks": 3}
