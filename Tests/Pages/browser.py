"""Debian's Chromium without a window, and what the tests ask of it."""

import json
import os
import pathlib
import time
import urllib.request

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Browser:
    """One window; its size, colours and page are set by the test."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--hide-scrollbars", "--disable-gpu", "--disable-dev-shm-usage"]:
            options.add_argument(argument)
        if os.geteuid() == 0:  # Chromium's sandbox does not run as root.
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_script_timeout(60)
        self.resize(1440)

    def resize(self, width, height=900, scheme="light"):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def open(self, url):
        """Forgets cache, logs and the page before."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
        for kind in ["browser", "performance"]:
            self.driver.get_log(kind)
        self.driver.get(url)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, script, *arguments, limit=15):
        """Until the script's answer is true; gives it."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            answer = self.run(script, *arguments)
            if answer:
                return answer
            time.sleep(0.03)
        raise AssertionError(f"not within {limit} s: {script}\n{self.errors()}")

    def press(self, *keys):
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def press_back(self):
        ActionChains(self.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", selector)

    def focused(self):
        return self.run("return document.activeElement.id || document.activeElement.textContent")

    def errors(self):
        """What the page's console complains of: scripts, policy, files that are not there."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def traffic(self):
        """Origins that were asked, and the bytes that came, since the page was opened."""
        origins, weight = set(), 0
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith("data:"):
                    origins.add("/".join(url.split("/")[:3]))
            if message["method"] == "Network.loadingFinished":
                weight += message["params"]["encodedDataLength"]
        return origins, weight

    def serious(self, context="document"):
        """axe-core's serious and critical findings, of WCAG 2.2 A and AA, which RGAA stands on."""
        import importlib.util
        folder = pathlib.Path(importlib.util.find_spec("axe_playwright_python").submodule_search_locations[0])
        self.run((folder / "axe.min.js").read_text() + "; window.axe = axe")
        result = self.driver.execute_async_script(
            f"const done = arguments[0]; axe.run({context}).then(done, error => done({{violations: [], error: String(error)}}))")
        assert not result.get("error"), result
        return [
            f"{violation['id']}: {violation['help']} {[node['html'][:120] for node in violation['nodes'][:3]]}"
            for violation in result["violations"] if violation["impact"] in ("serious", "critical")
        ]

    def picture(self, name):
        folder = os.environ.get("SCREENSHOTS")
        if folder:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(f"{folder}/{name}.png")


def call(url, token=None, method="GET", headers=None, body=None):
    """Status, header fields and JSON of an answer of the API."""
    request = urllib.request.Request(url, method=method, headers=dict(headers or {}), data=body)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=20) as answer:
        data = answer.read()
        return answer.status, answer.headers, json.loads(data) if data else None


def token(client):
    """As script/token gives it."""
    import base64
    credentials = base64.b64encode(f"{client}:{client}-secret".encode()).decode()
    return call(os.environ["ISSUER_URL"] + "/token", method="POST", body=b"grant_type=client_credentials",
                headers={"Authorization": f"Basic {credentials}"})[2]["access_token"]
