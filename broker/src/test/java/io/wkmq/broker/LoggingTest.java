package io.wkmq.broker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the shipped {@code etc/logback.xml} with its settings. */
class LoggingTest {
    private static final Path ETC = Path.of("..", "etc");

    @ParameterizedTest
    @CsvSource({"text, OFF", "text, ALL", "json, OFF", "json, ALL"})
    void theShippedFileIsUnderstood(String format, String console, @TempDir Path dir) throws JoranException {
        LoggerContext context = configured(dir, format, console, 1 << 20);
        Logging.stop(context);

        assertThat(context.getStatusManager().getCopyOfStatusList())
                .filteredOn(status -> status.getLevel() > Status.INFO)
                .isEmpty();
    }

    @Test
    void aLineOfTextStaysOneLineWhateverAClientCallsItself(@TempDir Path dir) throws JoranException, IOException {
        LoggerContext context = configured(dir, "text", "OFF", 1 << 20);
        context.getLogger("io.wkmq.Some").info("connected client={}", "evil\r\n2026 ERROR\u001b[2J");
        Logging.stop(context);

        assertThat(Files.readAllLines(dir.resolve("wkmq.log")))
                .singleElement()
                .asString()
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ INFO  \\[.+] Some: connected"
                        + " client=evil 2026 ERROR \\[2J");
    }

    @Test
    void jsonIsOneObjectALine(@TempDir Path dir) throws JoranException, IOException {
        LoggerContext context = configured(dir, "json", "OFF", 1 << 20);
        context.getLogger("io.wkmq.Some").warn("say \"{}\"\n", "hi", new IllegalStateException("why"));
        context.getLogger("io.wkmq.Some").info("second");
        Logging.stop(context);

        assertThat(Files.readAllLines(dir.resolve("wkmq.log")))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("{")
                .endsWith("}")
                .contains("\"timestamp\":", "\"level\":\"WARN\"", "\"loggerName\":\"io.wkmq.Some\"")
                .contains("\"formattedMessage\":\"say \\\"hi\\\"\\n\"")
                .contains("\"throwable\":", "why");
    }

    @Test
    void theLevelIsTheConfiguredOne(@TempDir Path dir) throws JoranException {
        LoggerContext context = configured(dir, "text", "OFF", 1 << 20);

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel()).isEqualTo(Level.INFO);
        Logging.stop(context);
    }

    @Test
    void filesAreClosedAtTheirSizeAndOnlySomeAreKept(@TempDir Path dir) throws JoranException {
        LoggerContext context = configured(dir, "text", "OFF", 64 << 10);
        Logger logger = context.getLogger("io.wkmq.Some");
        String text = "x".repeat(1000);

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    for (int i = 0; i < 100; i++) {
                        logger.info(text);
                    }
                    return Files.exists(dir.resolve("wkmq.2.log"));
                });
        Logging.stop(context);

        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("wkmq.log", "wkmq.1.log", "wkmq.2.log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LoggerContext configured(Path dir, String format, String console, int bytes) throws JoranException {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        Map.of(
                        "wkmq.log.path",
                        dir.resolve("wkmq").toString(),
                        "wkmq.log.level",
                        "INFO",
                        "wkmq.log.etc",
                        ETC.toString(),
                        "wkmq.log.format",
                        format,
                        "wkmq.log.console",
                        console,
                        "wkmq.log.rotation.bytes",
                        Integer.toString(bytes),
                        "wkmq.log.rotation.count",
                        "2")
                .forEach(context::putProperty);
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(ETC.resolve("logback.xml").toFile());
        List<Status> problems = context.getStatusManager().getCopyOfStatusList().stream()
                .filter(status -> status.getLevel() > Status.INFO)
                .toList();
        assertThat(problems).isEmpty();
        return context;
    }
}
