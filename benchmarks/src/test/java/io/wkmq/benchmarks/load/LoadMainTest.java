package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.nio.file.Path;
import java.time.Duration;
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
    @SuppressWarnings("NullAway.Init")
    private BenchedNode node;

    @BeforeAll
    void startNode(@TempDir Path home) throws Exception {
        node = BenchedNode.start(home);
    }

    @AfterAll
    void stopNode() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0, pubsub -n 2000 -r 2000",
        "1, pubsub -n 3000 -r 3000",
        "2, pubsub -n 3000 -r 3000",
        "1, pubsub -n 3000 -r 3000 -V 4 -c 3",
        "0, pubsub -n 500 --pattern fanout -c 10 -r 500",
        "1, pubsub -n 500 -r 500 --pattern fanout -c 10",
        "2, pubsub -n 500 -r 500 --pattern fanout -c 10 -V 4",
        "1, pubsub -n 3000 -r 3000 --pattern fanin -c 10",
        "2, pubsub -n 3000 -r 3000 --pattern share -P 2 -S 3",
        "1, pubsub -n 3000 -r 3000 --persistent",
        "2, pubsub -n 3000 -r 3000 --persistent -V 4",
        "0, pubsub -n 5000 --window 50",
        "1, pubsub -n 2000 --window 5 --pattern fanout -c 10",
        "1, pubsub -n 3000 -r 3000 --alias --user-properties 3 --subscription-id",
        "0, pubsub -n 500 -r 500 --alias --user-properties 2 --pattern fanin -c 10",
        "2, pubsub -n 500 -r 500 --subscription-id --pattern fanout -c 10",
        "1, pubsub -n 1000 -r 1000 --retain -c 2",
    })
    void nothingIsLostDoubledOrOutOfOrder(int qos, String line) {
        int status = node.run(line + " --json -q " + qos);

        assertThat(node.number("published")).isPositive();
        assertThat(node.number("delivered")).isEqualTo(node.number("published") * copies(line));
        assertThat(node.number("lost")).isZero();
        assertThat(node.number("duplicates")).isZero();
        assertThat(node.number("out_of_order")).isZero();
        assertThat(node.number("altered")).isZero();
        assertThat(node.number("foreign")).isZero();
        assertThat(node.number("unconfirmed")).isZero();
        assertThat(node.number("connections_lost")).isZero();
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    private static long copies(String line) {
        return line.contains("fanout") ? 10 : 1;
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5", "1, 4"})
    void nothingIsLostByThoseWhoComeAndGo(int qos, int version) {
        int status = node.run("pubsub -n 2000 -r 500 -c 3 --persistent --stay 1 --json -q " + qos + " -V " + version);

        assertThat(node.number("published")).isPositive();
        assertThat(node.number("connections_dropped")).isPositive();
        assertThat(node.number("lost")).isZero();
        assertThat(node.number("out_of_order")).isZero();
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    @Test
    void aShareGroupTellsItsSpread() {
        node.run("pubsub --pattern share -P 4 -S 2 -q 1 -n 2000 --json");

        assertThat(node.out()).contains("\"share_least\":", "\"share_most\":");
        assertThat(node.decimal("share_least")).isBetween(0.1, 1.0);
        assertThat(node.decimal("share_most")).isBetween(1.0, 1.9);
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "0, 4", "2, 5"})
    void subscriptionsAreGrantedAndMatch(int qos, int version) {
        int status = node.run("subs -n 1003 -c 10 --per-packet 7 --samples 100 --json -q " + qos + " -V " + version);

        assertThat(node.number("subscribed")).isEqualTo(1003);
        assertThat(node.number("subscribed_per_second")).isPositive();
        assertThat(node.number("lost")).isZero();
        assertThat(node.number("astray")).isZero();
        assertThat(node.out()).contains("\"delivery_ms\":{\"count\":100,");
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 4"})
    void retainedMessagesAreStoredReadAndRemoved(int qos, int version) {
        int status = node.run("retain -n 501 -P 2 --json -q " + qos + " -V " + version);

        assertThat(node.number("stored")).isEqualTo(501);
        assertThat(node.number("received")).isEqualTo(501);
        assertThat(node.number("removed")).isEqualTo(501);
        assertThat(status).isEqualTo(LoadMain.PASSED);
        node.run("sub -t wkbench/+/+/retained/# -d 1 --json");
        assertThat(node.number("delivered")).isZero();
    }

    @Test
    void retainedMessagesCanBeKept(@TempDir Path home) throws Exception {
        try (BenchedNode other = BenchedNode.start(home)) { // what is kept is in the way of other tests
            assertThat(other.run("retain -n 10 --keep")).isEqualTo(LoadMain.PASSED);
            assertThat(other.out()).contains("received       10,").doesNotContain("removed");

            other.run("sub -t wkbench/+/+/retained/# -n 10 --json");

            assertThat(other.number("delivered")).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5", "1, 4"})
    void whatWasQueuedForThoseAwayIsDelivered(int qos, int version) {
        int status = node.run("offline -n 1000 -S 3 --json -q " + qos + " -V " + version);

        assertThat(node.number("queued")).isEqualTo(1000);
        assertThat(node.number("drained")).isEqualTo(1000);
        assertThat(node.number("out_of_order")).isZero();
        assertThat(node.number("duplicates")).isZero();
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    @Test
    void clientsComeAndGoBesideOthers() {
        int status = node.run("churn -d 5 --connects 100 -c 2 -r 100 -q 1 --json");

        assertThat(node.number("connects")).isGreaterThan(50);
        assertThat(node.number("failed")).isZero();
        assertThat(node.number("unfinished")).isZero();
        assertThat(node.number("delivered")).isPositive();
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    @Test
    void exactlySoManyMessagesAreSent() {
        assertThat(node.run("pubsub -c 3 -n 100 -q 1 --json")).isEqualTo(LoadMain.PASSED);

        assertThat(node.number("published")).isEqualTo(100);
        assertThat(node.number("delivered")).isEqualTo(100);
    }

    @Test
    void messagesGoOverWebSocket() {
        assertThat(node.run(Protocol.WS, "pubsub -n 500 -q 2 --ws --json")).isEqualTo(LoadMain.PASSED);

        assertThat(node.number("delivered")).isEqualTo(500);
    }

    @Test
    void theRateIsKept() {
        long start = System.nanoTime();
        node.run("pub -n 200 -r 100 -c 2 --json");
        assertThat(node.number("published")).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1500));
    }

    @Test
    void idleClientsStay() {
        assertThat(node.run("conn -c 50 -d 1 --json")).isEqualTo(LoadMain.PASSED);

        assertThat(node.out()).contains("\"connecting_ms\":{\"count\":50,");
    }

    @Test
    void theReportIsForPeople() {
        node.run("pubsub -n 10 -q 1 -s 24");

        assertThat(node.out())
                .contains("published      10,")
                .contains("lost           0")
                .contains("verdict        passed");
    }

    @Test
    void aBrokerThatIsNotThereIsAnError() {
        int port = 1; // reserved, nothing listens there
        assertThat(node.runAlone("pub -h 127.0.0.1 -p " + port)).isEqualTo(LoadMain.FAILED);

        assertThat(node.err()).contains("cannot connect to mqtt://127.0.0.1:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "pub -q 5", "scenario", "scenario nothing"})
    void wrongArgumentsAreAnErrorOfTheirOwn(String line) {
        assertThat(node.runAlone(line)).isEqualTo(LoadMain.USAGE);

        assertThat(node.err()).startsWith("wkbench: ").contains("expected");
    }
}
