"""Every template says which macros it uses, so that it is read, and included, without knowing what includes it."""

from jinja2 import Environment, nodes

from dashboard.render import HERE


def test_a_template_imports_the_macros_that_it_uses_and_no_others() -> None:
    files = sorted((HERE / "templates").rglob("*.html"))
    templates = {
        file.relative_to(HERE).as_posix(): Environment(autoescape=True).parse(file.read_text("utf-8")) for file in files
    }
    macros = {macro.name for template in templates.values() for macro in template.find_all(nodes.Macro)}
    assert "csrf_field" in macros
    wrong = {}
    for where, template in templates.items():
        used = {call.node.name for call in template.find_all(nodes.Call) if isinstance(call.node, nodes.Name)} & macros
        imported = {name for one in template.find_all(nodes.FromImport) for name in one.names}
        its_own = {macro.name for macro in template.find_all(nodes.Macro)}
        if imported != used - its_own:
            wrong[where] = imported ^ (used - its_own)
    assert wrong == {}
