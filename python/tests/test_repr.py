"""Representations of objects describe their content."""

import discern

from test_answers import load


def test_objects_show_what_they_hold(any_model):
    model = load(any_model)
    labels = ", ".join(map(str, model.classes[:5]))
    assert any_model in repr(model) and labels in repr(model)
    answers = model(["a film", None])
    assert "2 texts" in repr(answers)
    for name, task in answers.tasks.items():
        assert name in repr(task) and f"{len(task.classes)} labels" in repr(task)
    assert "2 texts" in repr(model.encode(["a film", "a poor film"]))
    assert repr(discern.Estimator(model)) == f"Estimator({any_model!r})"
    model.close()
    assert "closed" in repr(model)
