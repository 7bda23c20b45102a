from routes.answers import JSONAnswer, data


def test_an_answer_is_json() -> None:
    answer = JSONAnswer({"name": "Beyoncé", "views": 2**53 + 1})

    assert answer.headers["content-type"] == "application/json"
    assert answer.body == '{"name":"Beyoncé","views":9007199254740993}'.encode()


def test_data_stands_in_its_envelope() -> None:
    assert data({"a": 1}, meta={"b": None}).body == b'{"data":{"a":1},"meta":{"b":null}}'
