package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code wkbench channel} against a node in this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChannelRunTest {
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

    @Test
    void messagesGetNumbersWithoutGapsAndAreReplayed() throws Exception {
        node.declare("one");

        assertThat(node.run("channel --channel one -P 5 --inflight 20 -n 2003 --replay --json"))
                .isEqualTo(LoadMain.PASSED);

        assertThat(node.number("acknowledged")).isEqualTo(2003);
        assertThat(node.number("placed")).isEqualTo(2003);
        assertThat(node.number("gaps")).isZero();
        assertThat(node.out()).contains("\"confirmation_ms\":{\"count\":2003,");
        assertThat(node.number("replayed")).isEqualTo(2003);
        assertThat(node.number("own")).isEqualTo(2003);
    }

    @Test
    void severalChannelsAndNodesAreUsedInTurn() throws Exception {
        node.declare("first");
        node.declare("second");
        String host = "127.0.0.1:" + node.port(Protocol.TCP);
        String line = "channel --hosts " + host + "," + host + " --channel first,second -P 4 -n 400 --replay --json";

        assertThat(node.runAlone(line)).isEqualTo(LoadMain.PASSED);
        assertThat(node.number("nodes")).isEqualTo(2);
        assertThat(node.number("replayed")).isEqualTo(400);

        // what a run before has left is replayed too, but is not taken for its own
        assertThat(node.runAlone(line)).isEqualTo(LoadMain.PASSED);
        assertThat(node.number("replayed")).isEqualTo(800);
        assertThat(node.number("own")).isEqualTo(400);
    }

    @Test
    void theRateIsThatOfAllPublishers() throws Exception {
        node.declare("paced");

        assertThat(node.run("channel --channel paced -P 4 -r 200 -d 1")).isEqualTo(LoadMain.PASSED);

        assertThat(node.out())
                .contains("acknowledged ", "p99.9", "verdict        passed")
                .doesNotContain("replay");
    }

    @Test
    void topicsThatNoChannelTakesGetNoNumbers() {
        assertThat(node.run("channel --channel none -P 2 -n 10 --json")).isEqualTo(LoadMain.FAILED);

        assertThat(node.number("unplaced")).isEqualTo(10);
        assertThat(node.number("placed")).isZero();
    }
}
