package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests three nodes in separate processes that append to channels in two Raft groups. */
class CpChannelsTest {
    private static final int NODES = 3;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WAVES = 12;
    private static final int WAVE = 60;

    /** With two nodes: more entries in each group than lie between two snapshots, and than are kept behind one. */
    private static final int LONG_WAVES = 22;

    /** Entries that a member keeps behind a snapshot. */
    private static final int KEPT = 100;

    /** Where in the file of a log a bit is flipped. */
    private static final int FLIPPED_AT = 9_000;

    @TempDir
    private Path directory;

    private final List<Integer> ports =
            Stream.generate(TestNode::freePort).distinct().limit(NODES).toList();
    private final List<UUID> ids =
            new ArrayList<>(Stream.generate(UUID::randomUUID).limit(NODES).toList());
    private final List<String> names = new ArrayList<>(List.of("n0", "n1", "n2"));
    private final List<ChannelNode> nodes = new ArrayList<>();

    /** What was acknowledged: the message by channel and sequence number. */
    private final Map<String, String> acknowledged = new HashMap<>();

    /** How far anybody knew the log of each group to be committed. */
    private final long[] committed = new long[ChannelProcess.GROUPS];

    @AfterEach
    void end() {
        nodes.forEach(ChannelNode::close);
    }

    private void startAll() throws IOException {
        nodes.clear();
        for (int i = 0; i < NODES; i++) {
            nodes.add(start(i));
        }
        nodes.forEach(node -> node.await("ready", 1));
    }

    private ChannelNode start(int i) throws IOException {
        String name = names.get(i);
        return ChannelNode.start(
                name, ids.get(i), ports.get(i), ports, Files.createDirectories(directory.resolve(name)));
    }

    /** Lets nodes append, each its own messages, and waits until each knows what became of them. */
    private void append(String mark, int count) {
        nodes.forEach(node -> node.tell("append " + node.name + mark + ' ' + count));
        nodes.forEach(node -> node.await("done", 1 + finished(node, mark)));
    }

    private static int finished(ChannelNode node, String mark) {
        return (int) node.said("done").stream()
                .filter(words -> !words[1].equals(node.name + mark))
                .count();
    }

    private void takeAcknowledged(ChannelNode node) {
        for (String[] words : node.said("appended")) {
            if (words.length == 5) { // else it was cut by the kill
                String before = acknowledged.put(words[1] + ' ' + words[2], words[3]);
                assertThat(before == null || before.equals(words[3]))
                        .as("%s %s", node.name, words[3])
                        .isTrue();
            }
        }
    }

    private ChannelNode leader(int group) {
        return nodes.stream()
                .filter(node -> node.ask("leads " + group, "leads")[1].equals("true"))
                .findFirst()
                .orElseThrow();
    }

    private void killAll() throws InterruptedException {
        for (ChannelNode node : nodes) {
            takeCommitted(node);
        }
        for (ChannelNode node : nodes) {
            node.kill();
            takeAcknowledged(node);
        }
    }

    /** Notes how far the logs are committed. */
    private void takeCommitted(ChannelNode node) {
        String[] words = node.ask("raft", "raft");
        for (int group = 0; group < ChannelProcess.GROUPS; group++) {
            committed[group] = Math.max(committed[group], Long.parseLong(words[1 + group]));
        }
    }

    private void checkCommitted(ChannelNode node) {
        String[] words = node.ask("raft", "raft");
        for (int group = 0; group < ChannelProcess.GROUPS; group++) {
            assertThat(Long.parseLong(words[1 + group]))
                    .as("what is committed of group %s on %s", group, node.name)
                    .isGreaterThanOrEqualTo(committed[group]);
        }
    }

    /** The state of all replicas, which is the same: each has all that was ever acknowledged. */
    private String[] sameState() {
        nodes.forEach(node -> node.ask("catchUp", "caughtUp"));
        nodes.forEach(this::checkCommitted);
        String[] state = nodes.get(0).ask("state", "state");
        for (ChannelNode node : nodes) {
            assertThat(node.ask("state", "state")).as(node.name).isEqualTo(state);
        }
        return state;
    }

    /** Reads a channel from a node's own replica: the messages by their places, which have no gap. */
    private List<String> read(ChannelNode node, int channel) {
        int before = node.said("record").size();
        node.ask("read " + channel, "end");
        List<String[]> all = node.said("record");
        List<String> messages = new ArrayList<>();
        for (String[] words : all.subList(before, all.size())) {
            assertThat(words[2])
                    .as("%s channel %s", node.name, channel)
                    .isEqualTo(Integer.toString(messages.size() + 1));
            messages.add(words[3]);
        }
        return messages;
    }

    private void check() {
        nodes.forEach(this::takeAcknowledged);
        String[] state = sameState();
        int found = 0;
        for (int channel = 0; channel < ChannelProcess.CHANNELS; channel++) {
            List<String> messages = read(nodes.get(0), channel);
            assertThat(messages).doesNotHaveDuplicates();
            assertThat(state[1 + channel]).startsWith((messages.size() + 1) + ":");
            assertThat(read(nodes.get(1), channel)).isEqualTo(messages);
            assertThat(read(nodes.get(2), channel)).isEqualTo(messages);
            Map<String, Integer> last = new HashMap<>();
            for (int i = 0; i < messages.size(); i++) {
                String[] message = messages.get(i).split(":", -1);
                Integer before = last.put(message[0], Integer.valueOf(message[1]));
                assertThat(before == null || before < Integer.parseInt(message[1]))
                        .as("order of %s in channel %s", messages.get(i), channel)
                        .isTrue();
                String said = acknowledged.get(channel + " " + (i + 1));
                if (said != null) {
                    assertThat(messages.get(i)).isEqualTo(said);
                    found++;
                }
            }
        }
        assertThat(found).as("acknowledged messages that are there").isEqualTo(acknowledged.size());
    }

    @Test
    void whatWasAcknowledgedIsThereAfterALeaderAndThenAllNodesEndedHard() throws Exception {
        startAll();
        nodes.get(0).ask("configure", "configured");
        // more entries than lie between two snapshots, with nobody far behind; then less, so that nobody is left behind
        // one
        for (int wave = 0; wave < WAVES; wave++) {
            append("a" + wave, WAVE);
            sameState();
        }
        check();
        int before = NODES * WAVES * WAVE;
        assertThat(acknowledged).hasSize(before);

        ChannelNode first = leader(0);
        nodes.remove(first);
        List<ChannelNode> others = List.copyOf(nodes);
        first.tell("append " + first.name + "b 300");
        others.forEach(node -> node.tell("append " + node.name + "b 300"));
        first.await("appended", WAVES * WAVE + 100);
        first.kill();
        assertThat(first.said("done")).as("it was in the middle of it").hasSize(WAVES);
        takeAcknowledged(first);
        for (ChannelNode node : others) {
            node.await("done", WAVES + 1);
            assertThat(node.said("failed")).isEmpty();
        }
        killAll();
        assertThat(acknowledged.size()).isGreaterThan(before + 650);

        startAll();
        check();
        append("c", 80);
        check();
        killAll();
        startAll();
        check();
        nodes.forEach(node -> assertThat(node.said("broken")).isEmpty());
    }

    @Test
    void nodeThatWasAwayForLongFetchesWhatItMisses() throws Exception {
        startAll();
        nodes.get(0).ask("configure", "configured");
        append("a", WAVE);
        check();
        ChannelNode away = nodes.remove(NODES - 1);
        String[] had = away.ask("raft", "raft");
        away.kill();

        for (int wave = 0; wave < LONG_WAVES; wave++) {
            append("b" + wave, WAVE);
        }
        String[] begins = nodes.get(0).ask("begins", "begins");
        for (int group = 0; group < ChannelProcess.GROUPS; group++) {
            assertThat(Long.parseLong(begins[1 + group]) - KEPT)
                    .as("from where on the log of group %s is kept", group)
                    .isGreaterThan(Long.parseLong(had[1 + group]));
        }

        nodes.add(start(NODES - 1));
        nodes.forEach(node -> node.tell("append " + node.name + "c " + WAVE)); // while it fetches
        nodes.forEach(node -> node.await("ready", 1));
        nodes.forEach(node -> node.await("done", 1 + finished(node, "c")));
        check();
        killAll();
        startAll();
        check();
        nodes.forEach(node -> assertThat(node.said("broken")).isEmpty());
    }

    /** A node that leads nothing. */
    private ChannelNode follower() {
        List<ChannelNode> leaders = List.of(leader(0), leader(1));
        return nodes.stream()
                .filter(node -> !leaders.contains(node))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Appends more than a leader keeps in memory, and less than is in a log before there is a snapshot. In parts: what is under way cannot be
     * given up.
     */
    private void loadMuch(ChannelNode through) {
        for (int part = 0; part < 3; part++) {
            through.ask("load 40 16384", "loaded");
        }
    }

    @Test
    void nodeThatWasAwayForShortGetsByTheLogWhatItsLeaderHasOnlyOnDisk() throws Exception {
        startAll();
        nodes.get(0).ask("configure", "configured");
        sameState();
        ChannelNode away = follower();
        int number = nodes.indexOf(away);
        away.kill();
        nodes.remove(away);

        loadMuch(nodes.get(0));
        for (int group = 0; group < ChannelProcess.GROUPS; group++) {
            assertThat(Long.parseLong(leader(group).ask("onlyOnDisk", "onlyOnDisk")[1 + group]))
                    .as("operations of group %s that are only on its leader's disk", group)
                    .isGreaterThan(10);
        }
        nodes.add(number, start(number));
        nodes.get(number).await("ready", 1);
        sameState();
        for (ChannelNode node : nodes) {
            assertThat(node.ask("begins", "begins"))
                    .as("%s has no snapshot", node.name)
                    .containsOnly("begins", "0");
            assertThat(node.said("broken")).isEmpty();
        }
    }

    @Test
    void leaderThatCannotReadWhatAFollowerMissesEndsAndSendsNothingElse() throws Exception {
        startAll();
        nodes.get(0).ask("configure", "configured");
        sameState();
        ChannelNode away = follower();
        ChannelNode leader = leader(0);
        away.signal("STOP");
        loadMuch(leader);
        damage(directory.resolve(leader.name).resolve("cp"));
        away.signal("CONT");

        leader.awaitEnd();
        leader.await("broken", 1);
        assertThat(String.join(" ", leader.said("broken").get(0))).contains("CP group wkmq-channels-");
        nodes.remove(leader);
        sameState();
        append("after", WAVE);
        sameState();
        nodes.forEach(node -> assertThat(node.said("broken")).isEmpty());
    }

    /** Changes every byte of the log there. */
    private static void damage(Path log) throws IOException {
        try (Stream<Path> files = Files.list(log)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".wal")).toList()) {
                byte[] all = Files.readAllBytes(file);
                for (int i = 0; i < all.length; i++) {
                    all[i] = (byte) ~all[i];
                }
                Files.write(file, all);
            }
        }
    }

    private boolean removes(int node) {
        return nodes.get(0)
                .ask("remove " + TestNode.HOST + ':' + ports.get(node), "remove")[1]
                .equals("true");
    }

    @Test
    void logsThatCarryMuchAreCutLongBeforeTheyHaveManyEntries() throws Exception {
        startAll();
        nodes.get(0).ask("configure", "configured");
        nodes.get(0).ask("load 400 65536", "loaded"); // a fifth of the entries between two snapshots in each group
        for (ChannelNode node : nodes) {
            Await.until(
                    LIMIT,
                    () -> node.name + " has cut its logs",
                    () -> Arrays.stream(node.ask("begins", "begins")).skip(1).noneMatch("0"::equals));
        }
        sameState();
        nodes.forEach(node -> assertThat(node.said("broken")).isEmpty());
    }

    @Test
    void nodeWhoseDiskIsLostIsReplacedByAnEmptyOne() throws Exception {
        startAll();
        nodes.get(0).ask("configure", "configured");
        append("a", WAVE);
        check();
        nodes.remove(2).kill();
        append("b", WAVE);
        assertThat(removes(1)).as("one that is here").isFalse();
        Await.until(LIMIT, () -> "the lost node is removed", () -> removes(2));

        names.set(2, "n3");
        ids.set(2, UUID.randomUUID());
        nodes.add(start(2));
        nodes.get(2).await("ready", 1);
        assertThat(nodes.get(2).said("newcomer")).isNotEmpty();
        append("c", WAVE);
        check();

        nodes.remove(0).kill(); // the new one counts
        append("d", WAVE);
        nodes.add(0, start(0));
        nodes.get(0).await("ready", 1);
        check();
        killAll();
        startAll();
        check();
        nodes.forEach(node -> assertThat(node.said("broken")).isEmpty());
    }

    /** The table of channels, then the log of the Raft groups: the node comes back by itself, and counts. */
    @Test
    void nodeWhoseTableOrLogIsDamagedComesBack() throws Exception {
        startAll();
        nodes.get(0).ask("configure", "configured");
        append("a", WAVE);
        nodes.remove(2).kill();
        Path own = directory.resolve(names.get(2));
        Path table = own.resolve("channels").resolve("table.mv");
        Files.write(table, new byte[(int) Files.size(table)]);
        append("b", WAVE);
        nodes.add(start(2));
        nodes.get(2).await("ready", 1);
        append("c", WAVE);
        check();
        assertThat(table.resolveSibling("table.mv.damaged")).exists();

        nodes.remove(2).kill();
        flipInLog(own.resolve("cp"));
        append("d", WAVE);
        nodes.add(start(2));
        nodes.get(2).await("ready", 1);
        assertThat(nodes.get(2).said("newcomer")).isNotEmpty();
        append("e", WAVE);
        check();
        try (Stream<Path> files = Files.list(own)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .anyMatch(name -> name.matches("cp\\.damaged-[0-9a-f-]{36}"));
        }

        nodes.remove(0).kill(); // the one that is back counts
        append("f", WAVE);
        nodes.add(0, start(0));
        nodes.get(0).await("ready", 1);
        check();
        killAll();
        startAll();
        check();
        nodes.forEach(node -> assertThat(node.said("broken")).isEmpty());
    }

    /** In a part that is behind who the node is, and in front of much that it was told. */
    private static void flipInLog(Path log) throws IOException {
        Path first;
        try (Stream<Path> files = Files.list(log)) {
            first = files.filter(file -> String.valueOf(file.getFileName()).startsWith("log-"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel file = FileChannel.open(first, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, FLIPPED_AT);
            one.put(0, (byte) (one.get(0) ^ 4));
            file.write(one.flip(), FLIPPED_AT);
        }
    }
}
