package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.Broker;
import io.wkmq.broker.config.ConfigLoader;
import io.wkmq.broker.config.InvalidConfigException;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.broker.listener.Listener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs as wkbench does, against a node in this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @SuppressWarnings("NullAway.Init")
    private Broker broker;

    @BeforeAll
    void startNode(@TempDir Path home) throws InvalidConfigException {
        broker = Broker.start(ConfigLoader.load(
                home,
                home,
                Map.of(
                        "WKMQ_LISTENER__TCP__EXTERNAL", "127.0.0.1:0",
                        "WKMQ_LISTENER__WS__EXTERNAL", "127.0.0.1:0",
                        "WKMQ_NODE__EVENT_LOOPS", "2",
                        "WKMQ_PLUGINS__LOADED", "",
                        "WKMQ_MANAGEMENT__LISTEN", "off",
                        "WKMQ_MQTT__MQUEUE__MAX_LENGTH", "0", // a full queue drops, which is loss
                        "WKMQ_MQTT__ACL_NOMATCH", "allow")));
    }

    @AfterAll
    void stopNode() {
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0, pubsub -d 1 -r 2000",
        "1, pubsub -d 1 -r 3000",
        "2, pubsub -d 1 -r 3000",
        "1, pubsub -d 1 -r 3000 -V 4 -c 3",
        "0, pubsub -d 1 --pattern fanout -c 10 -r 500",
        "1, pubsub -d 1 -r 500 --pattern fanout -c 10",
        "2, pubsub -d 1 -r 500 --pattern fanout -c 10 -V 4",
        "1, pubsub -d 1 -r 3000 --pattern fanin -c 10",
        "2, pubsub -d 1 -r 3000 --pattern share -P 2 -S 3",
        "1, pubsub -d 1 -r 3000 --persistent",
    })
    void nothingIsLostDoubledOrOutOfOrder(int qos, String line) {
        int status = run(Protocol.TCP, line + " --json -q " + qos);

        assertThat(number("published")).isPositive();
        assertThat(number("delivered")).isEqualTo(number("published") * copies(line));
        assertThat(number("lost")).isZero();
        assertThat(number("duplicates")).isZero();
        assertThat(number("out_of_order")).isZero();
        assertThat(number("unconfirmed")).isZero();
        assertThat(number("connections_lost")).isZero();
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    private static long copies(String line) {
        return line.contains("fanout") ? 10 : 1;
    }

    @Test
    void exactlySoManyMessagesAreSent() {
        assertThat(run(Protocol.TCP, "pubsub -c 3 -n 100 -q 1 --json")).isEqualTo(LoadMain.PASSED);

        assertThat(number("published")).isEqualTo(100);
        assertThat(number("delivered")).isEqualTo(100);
    }

    @Test
    void messagesGoOverWebSocket() {
        assertThat(run(Protocol.WS, "pubsub -n 500 -q 2 --ws --json")).isEqualTo(LoadMain.PASSED);

        assertThat(number("delivered")).isEqualTo(500);
    }

    @Test
    void theRateIsKept() {
        run(Protocol.TCP, "pub -d 1 -r 100 -c 2 --json");

        assertThat(number("published")).isBetween(50L, 110L);
    }

    @Test
    void idleClientsStay() {
        assertThat(run(Protocol.TCP, "conn -c 50 -d 1 --json")).isEqualTo(LoadMain.PASSED);

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"connecting_ms\":{\"count\":50,");
    }

    @Test
    void theReportIsForPeople() {
        run(Protocol.TCP, "pubsub -n 10 -q 1 -s 24");

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("published      10,")
                .contains("lost           0")
                .contains("verdict        passed");
    }

    @Test
    void aBrokerThatIsNotThereIsAnError() {
        int port = 1; // reserved, nothing listens there
        assertThat(LoadMain.run(("pub -h 127.0.0.1 -p " + port).split(" "), print(out), print(err)))
                .isEqualTo(LoadMain.FAILED);

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot connect to mqtt://127.0.0.1:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "pub -q 5"})
    void wrongArgumentsAreAnErrorOfTheirOwn(String line) {
        assertThat(LoadMain.run(line.isEmpty() ? new String[0] : line.split(" "), print(out), print(err)))
                .isEqualTo(LoadMain.USAGE);

        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("wkbench: ").contains("expected");
    }

    private int run(Protocol protocol, String line) {
        out.reset();
        err.reset();
        int port = broker.listeners().stream()
                .filter(listener -> listener.config().protocol() == protocol)
                .mapToInt(Listener::port)
                .findFirst()
                .orElseThrow();
        int status = LoadMain.run((line + " -h 127.0.0.1 -p " + port).split(" "), print(out), print(err));
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        return status;
    }

    private static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private long number(String field) {
        String json = out.toString(StandardCharsets.UTF_8);
        Matcher matcher =
                java.util.regex.Pattern.compile('"' + field + "\":(-?\\d+)").matcher(json);
        assertThat(matcher.find()).as("%s in %s", field, json).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
