"""The pages as people meet them, in a real browser. Run by script/pages-test."""

import json
import os
import unittest

import yaml
from selenium.webdriver.common.keys import Keys

from browser import ROOT, Browser, call, token

DIRECTORY = os.environ["DIRECTORY_URL"]
SERVICES = {name: os.environ[f"{name.upper()}_URL"] for name in ["directory", "referral", "reporting"]}
EXPLORER = DIRECTORY + "/explorer"
SAINT_NAZAIRE = "019b76da-a800-71e1-aebf-12a7ec0c6887"
WIDTHS = [360, 768, 1440]
# Colours change no width: both only for who looks at the pictures.
SCHEMES = ["light", "dark"] if os.environ.get("SCREENSHOTS") else ["light"]
LISTED = "return document.body.dataset.ready !== undefined && !document.getElementById('found').hidden && document.querySelectorAll('#list > li').length"
SHOWN = "return !document.getElementById('structure').hidden && document.getElementById('name')?.textContent"


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.driver.quit()

    def setUp(self):
        self.browser.resize(1440)

    def tearDown(self):
        self.assertEqual(self.browser.errors(), [], "the console complains")


class Explorer(Pages):
    def results(self, query):
        self.browser.open(f"{EXPLORER}?{query}")
        self.browser.wait(LISTED)

    def test_keyboard_alone_finds_the_nearest_mission_locale(self):
        browser = self.browser
        browser.open(EXPLORER)
        browser.wait("return document.body.dataset.ready !== undefined")
        for _ in range(6):
            browser.press(Keys.TAB)
            if browser.focused() == "commune":
                break
        self.assertEqual(browser.focused(), "commune")
        browser.press(*"st naz")
        browser.wait("return document.getElementById('commune').getAttribute('aria-expanded') === 'true'")
        self.assertRegex(browser.find("#status").get_attribute("textContent"), "proposée")
        browser.press(Keys.ARROW_DOWN)
        active = browser.find("#commune").get_attribute("aria-activedescendant")
        self.assertIn("Saint-Nazaire", browser.find(f"#{active}").text)
        browser.press(Keys.ENTER)
        self.assertEqual(browser.find("#commune").get_attribute("value"), "Saint-Nazaire (Loire-Atlantique)")
        browser.press(Keys.TAB, Keys.TAB, Keys.TAB)
        self.assertEqual(browser.focused(), "network")
        browser.press(*"Missions loc")
        browser.press(Keys.TAB, Keys.TAB, Keys.ENTER)
        browser.wait(LISTED)
        self.assertEqual(browser.focused(), "count")
        self.assertRegex(browser.find("#status").get_attribute("textContent"), "structure.* près de Saint-Nazaire")
        self.assertEqual(browser.texts("#list h3")[0], "Mission locale de Saint-Nazaire (fictif)")
        self.assertIn("Compétente pour votre commune", browser.texts("#list > li")[0])

        for _ in range(6):
            browser.press(Keys.TAB)
            if browser.focused() == "Mission locale de Saint-Nazaire (fictif)":
                break
        browser.press(Keys.ENTER)
        browser.wait(SHOWN)
        self.assertEqual(browser.focused(), "name")
        panel = browser.find("#structure").text
        for words in ["02 61 91 00 02", "contact@mission-locale-de-saint-nazaire.example", "25 allée de l'Essai",
                      "Lundi\n13 h 30 – 17 h 30", "Du mardi au vendredi\n9 h – 12 h 30, 13 h 30 – 17 h 30",
                      "Jours fériés\nfermé", "sous 7 jours", "de 16 à 25 ans"]:
            self.assertIn(words, panel)
        browser.press_back()
        browser.press(Keys.ENTER)
        browser.wait("return !document.getElementById('results').hidden")
        self.assertEqual(browser.focused(), "Mission locale de Saint-Nazaire (fictif)")

    def test_an_unknown_commune_is_said_where_it_was_typed(self):
        browser = self.browser
        browser.open(EXPLORER)
        browser.wait("return document.body.dataset.ready !== undefined")
        browser.find("#commune").send_keys("zzyzx", Keys.ENTER)
        browser.wait("return !document.getElementById('commune-error').hidden")
        self.assertIn("zzyzx", browser.find("#commune-error").text)
        self.assertEqual(browser.focused(), "commune")
        self.assertEqual(browser.find("#commune").get_attribute("aria-invalid"), "true")

    def test_every_filter_shows_what_the_api_finds(self):
        reading = token("website")
        for query in ["commune=44184", "commune=44184&radius_km=5", "commune=44109&service=conseil-vae", "network=cio",
                      "region=53", "department=44&network=cap-emploi", "territory=territoire-spro%3A52-02",
                      "service=creation-reprise&region=24", "network=branche-professionnelle"]:
            with self.subTest(query):
                expected = [item["id"] for item in call(f"{DIRECTORY}/v1/structures?limit=20&{query}", reading)[2]["items"]]
                self.results(query)
                shown = self.browser.run("return [...document.querySelectorAll('#list > [data-id]')].map(e => e.dataset.id)")
                self.assertEqual(shown, expected)
                self.assertEqual(len(self.browser.texts("#chips li")), len(query.split("&")))

    def test_the_form_makes_the_address_and_the_address_the_form(self):
        browser = self.browser
        self.results("region=52&service=conseil-vae&commune=44109&radius_km=50&utm_source=region")
        values = browser.run("return Object.fromEntries([...document.querySelectorAll('form select')].map(e => [e.id, e.value]))")
        self.assertEqual(values, {"radius_km": "50", "service": "conseil-vae", "network": "", "region": "52",
                                  "department": "", "territory": ""})
        browser.find("#chips li:last-child button").click()
        browser.wait("return !location.search.includes('region')")
        browser.wait(LISTED)
        self.assertEqual(browser.run("return location.search"), "?commune=44109&radius_km=50&service=conseil-vae")
        browser.find("#list a").click()
        name = browser.wait(SHOWN)
        shared = browser.driver.current_url
        self.assertIn("&structure=", shared)
        browser.driver.back()
        browser.wait("return !document.getElementById('results').hidden")
        browser.open(shared)
        self.assertEqual(browser.wait(SHOWN), name)
        self.assertIn(name, browser.driver.title)

    def test_more_structures_follow_in_the_list(self):
        browser = self.browser
        self.results("region=52")
        browser.find("#next").click()
        browser.wait("return document.querySelectorAll('#list > li').length === 40")
        ids = browser.run("return [...document.querySelectorAll('#list > li')].map(e => e.dataset.id)")
        self.assertEqual(len(set(ids)), 40)
        self.assertEqual(browser.focused(), browser.texts("#list h3")[20])

    def test_markup_in_names_stays_text(self):
        name = "<img src=x onerror=\"document.title='pwned'\"><b>Gras</b> & <script>1</script>"
        editing = token("region")
        url = f"{DIRECTORY}/v1/structures/019b76da-a800-798a-a17a-13e78e66754a"
        _, headers, structure = call(url, editing)
        for member in ["id", "version", "updated_at", "located_in", "service_kinds", "record_completeness",
                       "label"]:
            del structure[member]
        for member in ["commune_name", "department", "region"]:
            del structure["address"][member]
        structure["name"] = name
        structure["services"][0]["conditions"] = name
        structure["contact"]["website"] = "https://a.example/?<script>"
        call(url, editing, "PUT", {"If-Match": headers["ETag"], "Content-Type": "application/json"},
             json.dumps(structure).encode())
        self.results("commune=44036")
        self.assertIn(name, self.browser.texts("#list h3"))
        self.browser.open(f"{EXPLORER}?commune=44036&structure={url.split('/')[-1]}")
        self.assertEqual(self.browser.wait(SHOWN), name)
        self.assertIn(name, self.browser.find("#structure").text)
        self.assertEqual(self.browser.run("return document.querySelectorAll('main img, main b, main script').length"), 0)

    def test_opening_hours_become_words_only_where_they_are_understood(self):
        self.browser.open(EXPLORER)
        day = {name: index for index, name in enumerate(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"])}

        def line(first, last, *times, when="week"):
            return {"when": when, "days": [day[first], day[last]], "times": list(times)}

        cases = {
            "Mo-Fr 09:00-12:00,13:30-17:00; PH off": [
                line("Mo", "Fr", "09:00-12:00", "13:30-17:00"), line("Sa", "Su"), line("Mo", "Su", when="PH")],
            "Mo,We 09:00-12:00; We off": [line("Mo", "Mo", "09:00-12:00"), line("Tu", "Su")],
            "Sa-Mo 10:00-11:00": [line("Mo", "Mo", "10:00-11:00"), line("Tu", "Fr"), line("Sa", "Su", "10:00-11:00")],
            "09:00-17:00": [line("Mo", "Su", "09:00-17:00")],
            "Mo 09:00-10:00; SH Tu 10:00-12:00": [
                line("Mo", "Mo", "09:00-10:00"), line("Tu", "Su"), line("Mo", "Mo", when="SH"),
                line("Tu", "Tu", "10:00-12:00", when="SH"), line("We", "Su", when="SH")],
            "week 1-10 Mo 09:00-12:00": None, "Mo[1] 09:00-12:00": None, "sur rendez-vous": None, "Mo 9-12": None,
            "Xx 09:00-10:00": None, "Jan-Mar Mo 09:00-10:00": None, "Mo 09:00+": None,
        }
        for text, expected in cases.items():
            with self.subTest(text):
                self.assertEqual(self.browser.driver.execute_async_script(
                    "import('/explorer/hours.js').then(({parse}) => arguments[1](parse(arguments[0])))", text), expected)

    def test_both_languages(self):
        for language, title in [("fr", "Qui peut m’aider près de chez moi ?"), ("en", "Who can help me near home?")]:
            self.results(f"commune=44184&lang={language}")
            self.assertEqual(self.browser.texts("h1"), [title])
            self.assertEqual(self.browser.find("html").get_attribute("lang"), language)
        self.browser.find("[data-language=fr]").click()
        self.browser.wait("return document.documentElement.lang === 'fr'")

    def test_axe_finds_nothing_serious(self):
        browser = self.browser
        for scheme in ["light", "dark"]:
            for view, query in [("start", ""), ("list", "commune=44109"), ("nobody", "network=branche-professionnelle"),
                                ("structure", f"commune=44184&structure={SAINT_NAZAIRE}"),
                                ("en", "region=52&lang=en")]:
                with self.subTest(f"{view} {scheme}"):
                    browser.resize(1440, scheme=scheme)
                    browser.open(f"{EXPLORER}?{query}")
                    browser.wait("return document.body.dataset.ready !== undefined" if not query else LISTED if "structure" not in query else SHOWN)
                    self.assertEqual(browser.serious(), [])
            browser.open(EXPLORER)
            browser.wait("return document.body.dataset.ready !== undefined")
            browser.find("#commune").send_keys("saint")
            browser.wait("return !document.getElementById('communes').hidden")
            browser.press(Keys.ARROW_DOWN)
            self.assertEqual(browser.serious(), [])

    def test_no_width_scrolls_sideways(self):
        browser = self.browser
        for width in WIDTHS:
            for scheme in SCHEMES:
                browser.resize(width, scheme=scheme)
                for view, query in [("start", ""), ("list", "commune=44109&network=mission-locale"),
                                    ("structure", f"commune=44184&structure={SAINT_NAZAIRE}&lang=en")]:
                    browser.open(f"{EXPLORER}?{query}")
                    browser.wait("return document.body.dataset.ready !== undefined" if not query else LISTED if view == "list" else SHOWN)
                    self.assertLessEqual(browser.run("return document.documentElement.scrollWidth"), width, view)
                    browser.picture(f"explorer-{view}-{width}-{scheme}")

    def test_it_is_light_and_asks_nobody_else(self):
        self.results("commune=44109")
        self.browser.wait("return document.querySelectorAll('.place').length > 0")
        origins, weight = self.browser.traffic()
        self.assertEqual(origins, {DIRECTORY})
        self.assertLess(weight, 300_000)
        self.assertGreater(weight, 50_000)

    def test_the_map_shows_what_the_list_does(self):
        self.results("commune=44184&network=mission-locale")
        self.browser.wait("return document.querySelectorAll('.pin.number').length === 2")
        self.assertEqual(self.browser.texts(".pin.number"), ["1", "2"])
        self.browser.run("document.querySelectorAll('.pin.number')[1].click()")
        self.assertEqual(self.browser.wait(SHOWN), "Mission locale de Pornic (fictif)")


class Docs(Pages):
    def test_every_operation_is_shown(self):
        for service, url in SERVICES.items():
            with self.subTest(service):
                description = yaml.safe_load((ROOT / "openapi" / f"{service}.yaml").read_text())
                described = {(method.upper(), path) for path, item in description["paths"].items()
                             for method in item if method in ("get", "put", "post", "patch", "delete")}
                self.browser.open(url + "/docs")
                self.browser.wait("return document.querySelectorAll('.opblock').length === arguments[0]", len(described))
                shown = self.browser.run("return [...document.querySelectorAll('.opblock')].map(e => ["
                                         "e.querySelector('.opblock-summary-method').textContent,"
                                         "e.querySelector('.opblock-summary-path').textContent.replaceAll('\\u200b', '')])")
                self.assertEqual({tuple(one) for one in shown}, described)
                self.assertIn(description["info"]["title"], self.browser.driver.title)
                self.assertEqual(self.browser.traffic()[0], {url})

    def test_an_operation_is_tried_with_a_pasted_token(self):
        browser = self.browser
        browser.open(SERVICES["directory"] + "/docs")
        block = browser.wait("return document.querySelector('[id$=listVocabularies]')")
        browser.find("#token").send_keys(token("website"))
        browser.run("arguments[0].querySelector('.opblock-summary-control').click()", block)
        browser.wait("return document.querySelector('[id$=listVocabularies] .execute')").click()
        status = browser.wait("return document.querySelector('[id$=listVocabularies] .live-responses-table tbody .response-col_status')?.innerText")
        self.assertTrue(status.startswith("200"), status)
        self.assertIn("directory:read", browser.find("[id$=listVocabularies]").text)

    def test_widths_and_our_part_of_the_page(self):
        for width in WIDTHS:
            for scheme in SCHEMES:
                self.browser.resize(width, scheme=scheme)
                self.browser.open(SERVICES["directory"] + "/docs")
                self.browser.wait("return document.querySelectorAll('.opblock').length")
                self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), width)
                self.browser.picture(f"docs-{width}-{scheme}")
                self.assertEqual(self.browser.serious("{exclude: [['#swagger-ui']]}"), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
