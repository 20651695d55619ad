package io.wkmq.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node that is killed again and again while clients rely on it. */
@Timeout(600)
class CrashIT {
    private static final int ROUNDS = Integer.getInteger("wkmq.test.crash.rounds", 20);
    private static final int MESSAGES_EACH = 200;
    private static final int ACKS_MAX = 800;
    private static final Duration LOAD_MAX = Duration.ofSeconds(2);

    private final long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Installation installation = Installation.built();

    @Test
    void whatWasAcknowledgedSurvivesEveryKill(@TempDir Path dir) throws Exception {
        System.out.println("CrashIT: -Dwkmq.test.seed=" + seed);
        try (Node node = Load.node(installation, dir);
                Load load = new Load()) {
            load.subscribe(start(node));
            node.kill();
            for (int round = 1; round <= ROUNDS; round++) {
                if (random.nextInt(4) == 0) {
                    killWhileItStarts(node);
                }
                int port = start(node);
                load.checkRetained(port);
                killUnderLoad(node, load, port, round);
            }
            int port = start(node);
            load.checkRetained(port);
            load.complete(port);
            load.checkDeliveries();
            System.out.println("CrashIT: " + ROUNDS + " kills, " + load);
        } catch (AssertionError e) {
            throw new AssertionError("With -Dwkmq.test.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private static int start(Node node) throws Exception {
        List<String> lines = node.foreground();
        return Node.tcpPort(lines.get(lines.size() - 1));
    }

    private void killWhileItStarts(Node node) throws Exception {
        Process process = node.launch();
        boolean ended = process.waitFor(100 + random.nextInt(1500), TimeUnit.MILLISECONDS);
        assertThat(ended).as("it ended by itself").isFalse();
        node.kill();
    }

    private void killUnderLoad(Node node, Load load, int port, int round) throws Exception {
        int acks = load.acks() + random.nextInt(ACKS_MAX);
        Deadline deadline = Deadline.after(LOAD_MAX);
        CompletableFuture<Void> clients = load.begin(port, round, MESSAGES_EACH);
        Await.until(
                Duration.ofSeconds(30),
                () -> "enough acknowledgements, or time, to kill it",
                () -> load.acks() >= acks || deadline.passed() || clients.isCompletedExceptionally());
        node.kill();
        clients.get(60, TimeUnit.SECONDS);
    }
}
