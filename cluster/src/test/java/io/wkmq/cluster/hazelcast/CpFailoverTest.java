package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures how long nobody receives an acknowledgement when the node that leads all groups is lost: three processes, each appending
 * continuously to both groups. Prints the longest gap of any of these streams per round; use {@code -Dwkmq.rounds=20} for meaningful
 * figures.
 */
class CpFailoverTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int NODES = 3;
    private static final int ROUNDS = Integer.getInteger("wkmq.rounds", 1);

    /** What Hazelcast alone needs at the worst, on a machine that is busy with other things. */
    private static final long GAP_MS_MAX = 5_000;

    /** So many acknowledgements show that it goes on; not so many that the lost node is left behind a snapshot. */
    private static final int BEHIND = 8;

    @TempDir
    private Path directory;

    private final List<Integer> ports =
            Stream.generate(TestNode::freePort).distinct().limit(NODES).toList();
    private final List<UUID> ids =
            Stream.generate(UUID::randomUUID).limit(NODES).toList();
    private final List<ChannelNode> nodes = new ArrayList<>();

    private interface Loss {
        void happen(ChannelNode victim) throws IOException, InterruptedException;
    }

    @AfterEach
    void end() {
        nodes.forEach(ChannelNode::close);
    }

    private ChannelNode start(int number) throws IOException {
        String name = "n" + number;
        return ChannelNode.start(
                name, ids.get(number), ports.get(number), ports, Files.createDirectories(directory.resolve(name)));
    }

    private void startAll() throws IOException {
        for (int i = 0; i < NODES; i++) {
            nodes.add(start(i));
        }
        nodes.forEach(node -> node.await("ready", 1));
        nodes.get(0).ask("configure", "configured");
    }

    /** When acknowledgements of a group came. */
    private static List<Long> times(ChannelNode node, int group) {
        return node.said("streamed").stream()
                .filter(words -> words.length == 4 && words[1].equals(Integer.toString(group)))
                .map(words -> Long.valueOf(words[2]))
                .toList();
    }

    private static long after(ChannelNode node, int group, long timeMs) {
        return times(node, group).stream().filter(each -> each > timeMs).count();
    }

    /** The longest time without an acknowledgement since then. */
    private static long gap(ChannelNode node, int group, long sinceMs) {
        long last = sinceMs;
        long longest = 0;
        for (long time : times(node, group)) {
            if (time > sinceMs) {
                longest = Math.max(longest, time - last);
                last = time;
            }
        }
        return longest;
    }

    private static boolean leadsAll(ChannelNode node) {
        return Stream.iterate(0, group -> group + 1)
                .limit(ChannelProcess.GROUPS)
                .allMatch(group -> node.ask("leads " + group, "leads")[1].equals("true"));
    }

    /** One round; returns the longest gap of a stream of another node. */
    private long round(ChannelNode victim, Loss loss) throws IOException, InterruptedException {
        String member = victim.ask("member", "member")[1];
        List<ChannelNode> others = nodes.stream().filter(node -> node != victim).toList();
        Await.until(LIMIT, () -> victim.name + " leads", () -> {
            others.forEach(node -> node.ask("yield " + member, "yielded"));
            return leadsAll(victim);
        });
        long began = System.currentTimeMillis();
        nodes.forEach(node -> node.tell("stream"));
        awaitAcknowledgements(nodes, began);
        long lost = System.currentTimeMillis();
        loss.happen(victim);
        // what was sent before may still be acknowledged: that the group goes on is only seen later
        awaitAcknowledgements(others, lost);
        others.forEach(node -> node.tell("still"));
        return others.stream()
                .flatMap(node -> Stream.iterate(0, group -> group + 1)
                        .limit(ChannelProcess.GROUPS)
                        .map(group -> gap(node, group, lost)))
                .mapToLong(Long::longValue)
                .max()
                .orElseThrow();
    }

    private static void awaitAcknowledgements(List<ChannelNode> from, long sinceMs) {
        for (ChannelNode node : from) {
            for (int group = 0; group < ChannelProcess.GROUPS; group++) {
                int of = group;
                Await.until(
                        LIMIT, () -> node.name + " goes on in group " + of, () -> after(node, of, sinceMs) >= BEHIND);
            }
        }
    }

    private void rounds(String what, Loss loss, Loss mend) throws Exception {
        startAll();
        List<Long> gaps = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            ChannelNode victim = nodes.get(i % NODES);
            gaps.add(round(victim, loss));
            mend.happen(victim);
            nodes.forEach(node -> node.ask("catchUp", "caughtUp"));
        }
        List<Long> sorted = gaps.stream().sorted().toList();
        System.out.printf(
                "%s: rounds=%d gap ms p50=%d worst=%d all=%s%n",
                what, ROUNDS, sorted.get(ROUNDS / 2), sorted.get(ROUNDS - 1), gaps);
        assertThat(sorted.get(ROUNDS - 1)).isLessThan(GAP_MS_MAX);
        nodes.forEach(node -> assertThat(node.said("broken")).isEmpty());
    }

    private void startAgain(ChannelNode ended) throws IOException {
        int number = nodes.indexOf(ended);
        nodes.set(number, start(number));
        nodes.get(number).await("ready", 1);
    }

    @Test
    void groupsGoOnWhenTheirLeaderIsKilled() throws Exception {
        rounds("kill -9", ChannelNode::kill, this::startAgain);
    }

    @Test
    void groupsGoOnWhenTheirLeaderHangs() throws Exception {
        rounds("SIGSTOP", victim -> victim.signal("STOP"), victim -> {
            victim.signal("CONT");
            victim.tell("still");
        });
    }

    @Test
    void groupsGoOnWhenTheirLeaderIsStopped() throws Exception {
        rounds("planned stop", victim -> victim.tell("quit"), victim -> {
            victim.awaitEnd();
            startAgain(victim);
        });
    }
}
