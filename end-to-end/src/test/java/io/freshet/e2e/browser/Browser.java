package io.freshet.e2e.browser;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.freshet.cluster.process.ProcessPlatform;
import io.freshet.cluster.process.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a screen, with one page in it. */
public final class Browser implements AutoCloseable {

    private static final Set<String> SERIOUS = Set.of("serious", "critical");
    /** Far more than anything takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ChromeDriver driver;
    private final URI console;
    private final Path downloads;

    private Browser(ChromeDriver driver, URI console, Path downloads) {
        this.driver = driver;
        this.console = console;
        this.downloads = downloads;
    }

    /** Why there is none on this machine, if so. */
    public static Optional<String> missing() {
        return List.of("chromium", "chromedriver").stream()
                .filter(name -> ProcessPlatform.program(name).isEmpty())
                .findFirst()
                .map(name -> "there is no " + name + " on this machine");
    }

    /**
     * @param console where the gateway listens
     */
    public static Browser open(URI console) {
        Path folder = Repository.emptyFolder("browser");
        Path downloads = folder.resolve("downloads");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(ProcessPlatform.program("chromium").orElseThrow().toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--lang=en-US",
                "--user-data-dir=" + folder.resolve("profile"));
        options.setExperimentalOption("prefs", Map.of("download.default_directory", downloads.toString()));
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(
                        ProcessPlatform.program("chromedriver").orElseThrow().toFile())
                .usingAnyFreePort()
                .withLogFile(folder.resolve("chromedriver.log").toFile())
                .build();
        Browser browser = new Browser(new ChromeDriver(service, options), console, downloads);
        browser.looksLike(1280, 900, false);
        return browser;
    }

    /** Sets the window size in CSS pixels, and light or dark mode. */
    public void looksLike(int width, int height, boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    public void go(String path) {
        driver.get(console.resolve(path).toString());
    }

    public void back() {
        driver.navigate().back();
    }

    /** Returns the current path. */
    public String path() {
        URI address = URI.create(driver.getCurrentUrl());
        return address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
    }

    public void signIn(String token) {
        type("#token", token);
        find("#token").sendKeys(Keys.ENTER);
        awaitText("h1", "");
        find(".bar");
    }

    /** The element, once it is there. */
    public WebElement find(String css) {
        return Awaitility.await(css)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> driver.findElements(By.cssSelector(css)).stream().findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    public int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    public void click(String css) {
        Awaitility.await("click " + css)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> {
                    find(css).click();
                    return true;
                });
    }

    /** The button or link with these words, or with this name. */
    public void clickText(String text) {
        Awaitility.await("click " + text)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(WebDriverException.class)
                .until(() -> {
                    driver.findElement(By.xpath("//*[self::button or self::a][normalize-space(.)='" + text
                                    + "' or @aria-label='" + text + "']"))
                            .click();
                    return true;
                });
    }

    /** In place of what stands there. */
    public void type(String css, String text) {
        WebElement field = find(css);
        field.clear();
        field.sendKeys(text);
    }

    /** Chooses a file in a field that may be hidden. */
    public void chooseFile(String css, Path file) {
        find(css).sendKeys(file.toAbsolutePath().toString());
    }

    /** As a paste does it: all at once. */
    public void paste(String css, String text) {
        find(css).click();
        driver.executeCdpCommand("Input.insertText", Map.of("text", text));
    }

    /** Keys to what has the focus. */
    public void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** The words of an element, empty while it is not there. */
    public String text(String css) {
        try {
            return driver.findElements(By.cssSelector(css)).stream()
                    .map(WebElement::getText)
                    .findFirst()
                    .orElse("");
        } catch (StaleElementReferenceException _) {
            return ""; // it has just been replaced
        }
    }

    public List<String> texts(String css) {
        return driver.findElements(By.cssSelector(css)).stream()
                .map(WebElement::getText)
                .toList();
    }

    public void awaitText(String css, String text) {
        Awaitility.await(css + " says " + text)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> text(css), now -> now.contains(text));
    }

    public void awaitCount(String css, int count) {
        Awaitility.await(count + " times " + css)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> count(css), now -> now == count);
    }

    /** Chooses an entry of a list by its value. */
    public void choose(String css, String value) {
        find(css + " option[value='" + value + "']").click();
    }

    public Object run(String script, Object... arguments) {
        return java.util.Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
    }

    /** Returns the accessibility violations that axe finds. */
    public List<String> accessibilityFaults() {
        return new AxeBuilder()
                .analyze(driver).getViolations().stream()
                        .filter(rule -> SERIOUS.contains(rule.getImpact()))
                        .map(Browser::describe)
                        .toList();
    }

    private static String describe(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + ": " + rule.getNodes();
    }

    /** Errors on the browser's console since it was last asked, such as of what the content security policy forbade. */
    public List<String> errors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** The file that has been downloaded, once it is whole. */
    public String downloaded(String name) {
        Path file = downloads.resolve(name);
        Awaitility.await(name).atMost(PATIENCE).until(() -> Files.exists(file));
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page as it is seen now, as PNG. */
    public byte[] screenshot() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
