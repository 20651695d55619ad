package io.wkmq.dist;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.PropertyType;
import io.wkmq.testing.mqtt.ServerPacket.Puback;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests three nodes that replicate a channel and are killed, one and then all, while clients publish into it. */
@Timeout(600)
class ReplicatedChannelIT {
    private static final int NODES = 3;
    private static final int ACKS = 150;

    /** So many messages, one after the other, that replicas have made a checkpoint. */
    private static final int CHECKPOINTED = 1_100;

    private static final int SHARED = 200;

    /** So many large messages that moving them takes a while. */
    private static final int FILLED = 16_000;

    private static final int AT_A_TIME = 50;
    private static final long PART_BYTES = 4 << 20;
    private static final int PORTS_MIN = 20_000;
    private static final int PORTS_MAX = 30_000;
    private static final int REFUSED = 0x80;
    private static final int QUOTA_EXCEEDED = 0x97;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** What a message waits for a quorum, and what the machine may need besides. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(10 + 10);

    private static final Pattern LAST = Pattern.compile(", last=(\\d+),");
    private static final Pattern DIGEST = Pattern.compile("\"digest\":\"([0-9a-f]+)\"");

    /** The first channel is kept by this group. */
    private static final Pattern LEADER = Pattern.compile("Group\\(1, leader=127\\.0\\.0\\.1:(\\d+),");

    private final long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Integer> membersAt = new ArrayList<>();
    private final int[] ports = new int[NODES];
    private final List<ChannelPublisher> publishers = List.of(
            new ChannelPublisher("named-1", V5).allowRefusals(),
            new ChannelPublisher("named-2", V5).allowRefusals(),
            new ChannelPublisher("named-3", V5).allowRefusals());
    private final List<CompletableFuture<Void>> publishing = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        threads.shutdownNow();
        for (Node node : nodes) {
            node.close();
        }
    }

    @Test
    void whatWasAcknowledgedIsOnEveryNodeAfterKills(@TempDir Path dir) throws Exception {
        System.out.println("ReplicatedChannelIT: -Dwkmq.test.seed=" + seed);
        prepare(dir);
        startAll();
        assertThat(nodes.get(1).wkctl("channels", "create", "load", "load/#").out())
                .contains("ok");
        awaitChannel();
        assertThat(nodes.get(2).wkctl("channels", "show", "load").out()).contains("replicated=true");

        int leader = leader();
        for (int i = 0; i < NODES; i++) {
            publish(i);
        }
        awaitAcks(ACKS);
        nodes.get(leader).kill();
        publishing.get(leader).get(60, TimeUnit.SECONDS);
        System.out.println("ReplicatedChannelIT: node " + leader + " was killed with " + acks() + " acknowledged");
        awaitAcks(ACKS);
        rest(); // what it misses has to be in the others' logs still
        start(leader);
        awaitChannel();
        for (int i = 0; i < NODES; i++) {
            publish(i);
        }
        awaitAcks(ACKS);

        for (Node node : nodes) {
            node.kill();
        }
        for (CompletableFuture<Void> each : publishing) {
            each.get(60, TimeUnit.SECONDS);
        }
        System.out.println("ReplicatedChannelIT: all were killed with " + acks() + " acknowledged");
        startAll();
        check();
    }

    @Test
    void publishersAreToldWhileTooFewNodesAreHere(@TempDir Path dir) throws Exception {
        prepare(dir);
        startAll();
        assertThat(nodes.get(1).wkctl("channels", "create", "load", "load/#").out())
                .contains("ok");
        awaitChannel();
        try (MqttProbe probe =
                MqttProbe.open("127.0.0.1", ports[0], V5).within(LIMIT).allowTornEnds()) {
            probe.connect("told");
            assertThat(publish(probe, "load/1", "first").code()).isLessThan(REFUSED);
            nodes.get(1).kill();
            nodes.get(2).kill();

            long sinceNanos = System.nanoTime();
            Puback refused = publish(probe, "load/1", "second");
            assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos)).isLessThan(REFUSED_WITHIN);
            assertThat(refused.code()).isEqualTo(QUOTA_EXCEEDED);
            assertThat(refused.properties().text(PropertyType.REASON_STRING))
                    .hasValueSatisfying(reason -> assertThat(reason).startsWith("wk:no-quorum"));
            assertThat(publish(probe, "others/1", "goes on").code()).isLessThan(REFUSED);
            assertOlderClientIsNotAcknowledged();
            Await.until(
                    LIMIT,
                    () -> "the alarm: " + alarms(),
                    () -> alarms().contains("channels")); // it may take a look or two
            assertThat(read(ports[0], 1)).as("what is on disk is read").containsExactly("first");
            probe.disconnect();
        }
        CompletableFuture<Void> one = CompletableFuture.runAsync(() -> start(1), threads);
        start(2);
        one.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        try (MqttProbe probe = MqttProbe.open("127.0.0.1", ports[1], V5).within(LIMIT)) {
            probe.connect("told");
            Await.until(
                    LIMIT,
                    () -> "an acknowledgement",
                    () -> publish(probe, "load/1", "third").code() < REFUSED);
        }
        awaitChannel();
        for (int i = 0; i < NODES; i++) {
            Node node = nodes.get(i);
            Await.until(LIMIT, () -> "three nodes have the same", () -> last(node) == last(nodes.get(0)));
            assertThat(read(ports[i], last(node))).startsWith("first").endsWith("third");
        }
        Await.until(LIMIT, () -> "no alarm: " + alarms(), () -> !alarms().contains("channels"));
    }

    @Test
    void emptyNodeTakesThePlaceOfOneWhoseDiskIsLost(@TempDir Path dir) throws Exception {
        prepare(dir);
        startAll();
        assertThat(nodes.get(0).wkctl("channels", "create", "load", "load/#").out())
                .contains("ok");
        awaitChannel();
        publishOnce(0, "first");
        nodes.get(2).kill();
        delete(nodes.get(2).path("data"));
        publishOnce(0, "second");
        assertThat(nodes.get(0).wkctl("cluster", "remove", "wkmq3@127.0.0.1").out())
                .contains("successfully");
        assertThat(nodes.get(0)
                        .wkctl("raft", "remove", "127.0.0.1:" + membersAt.get(2))
                        .out())
                .contains("ok");

        start(2);
        assertThat(nodes.get(2).wkctl("channels", "show", "load").out()).contains("replicated=true");
        publishOnce(2, "third");
        nodes.get(0).kill();
        publishOnce(2, "fourth"); // it counts
        assertThat(read(ports[2], last(nodes.get(2)))).containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void whatIsDamagedOnOneNodeComesFromTheOthers(@TempDir Path dir) throws Exception {
        prepare(dir);
        startAll();
        for (String channel : List.of("load", "more")) {
            assertThat(nodes.get(0)
                            .wkctl("channels", "create", channel, channel + "/#")
                            .out())
                    .contains("ok");
        }
        awaitChannel();
        try (MqttProbe probe = MqttProbe.open("127.0.0.1", ports[0], V5).within(LIMIT)) {
            probe.connect("filler");
            for (int i = 1; i <= CHECKPOINTED; i++) {
                assertThat(publish(probe, "load/1", "load " + i).code()).isLessThan(REFUSED);
                assertThat(publish(probe, "more/1", "more " + i).code()).isLessThan(REFUSED);
            }
        }
        nodes.get(2).kill();
        flipBit(records(2, "c1-1.records"), 5);
        Files.delete(records(2, "c2-1.records"));

        start(2);
        Pattern scrub =
                Pattern.compile("Scrub\\(state=done, channels=2, bytes=\\d+, damaged=(\\d+), repaired=(\\d+)\\)");
        String[] out = {""};
        Await.until(LIMIT, () -> "the end of a scrub: " + out[0], () -> {
            out[0] = nodes.get(2).wkctl("channels", "scrub").out();
            return scrub.matcher(out[0]).find();
        });
        Matcher scrubbed = scrub.matcher(out[0]);
        assertThat(scrubbed.find()).isTrue();
        assertThat(Integer.parseInt(scrubbed.group(1))).as(out[0]).isGreaterThan(1);
        assertThat(scrubbed.group(2)).as("repaired").isEqualTo(scrubbed.group(1));
        for (String channel : List.of("load", "more")) {
            assertThat(dump(2, channel)).as("%s on the repaired node", channel).isEqualTo(dump(0, channel));
        }

        flipBit(records(2, "c1-1.records"), 7); // now while it runs: who reads finds it
        List<String> read = read(ports[2], CHECKPOINTED);
        assertThat(read).hasSize(CHECKPOINTED).startsWith("load 1").endsWith("load " + CHECKPOINTED);
        assertThat(nodes.get(2).wkctl("channels", "scrub", "load").out()).contains("damaged=0, repaired=0");
        Await.until(
                LIMIT,
                () -> "no alarm: " + nodes.get(2).wkctl("alarms", "list").out(),
                () -> !nodes.get(2).wkctl("alarms", "list").out().contains("channels"));
    }

    private Path records(int node, String name) throws IOException {
        try (Stream<Path> all = Files.walk(nodes.get(node).path("data"))) {
            return all.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    /** So many hundredths behind the beginning. */
    private static void flipBit(Path file, int hundredths) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = bytes.length / 100 * hundredths;
        bytes[at] ^= 1;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes, at, 1), at);
        }
    }

    private String dump(int node, String channel) {
        String all = nodes.get(node)
                .wkctl("--limit", "1000000", "log", "dump", channel)
                .out();
        assertThat(all.lines().count()).isGreaterThanOrEqualTo(CHECKPOINTED);
        return all;
    }

    @Test
    void aReaderGoesOnWhereItWasOnAnotherNode(@TempDir Path dir) throws Exception {
        prepare(dir);
        startAll();
        assertThat(nodes.get(0).wkctl("channels", "create", "load", "load/#").out())
                .contains("ok");
        awaitChannel();
        for (String text : List.of("first", "second", "third", "fourth")) {
            publishOnce(0, text);
        }
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", ports[0], V5).within(LIMIT)) {
            begin(reader, "one");
            for (String text : List.of("first", "second")) {
                Publish publish = reader.await(Publish.class);
                assertThat(publish.text()).isEqualTo(text);
                reader.acknowledge(publish);
            }
            Await.until(
                    LIMIT, () -> "the cursor: " + cursors(2), () -> cursors(2).contains("next=3"));
        }
        nodes.get(0).kill();

        try (MqttProbe reader = MqttProbe.open("127.0.0.1", ports[2], V5).within(LIMIT)) {
            begin(reader, "two");
            assertThat(reader.await(Publish.class).text()).isEqualTo("third");
            assertThat(reader.await(Publish.class).text()).isEqualTo("fourth");
            try (MqttProbe taker = MqttProbe.open("127.0.0.1", ports[1], V5).within(LIMIT)) {
                begin(taker, "three");
                assertThat(taker.await(Publish.class).text()).isEqualTo("third");
                reader.expectDisconnect(0x83); // somebody else has the cursor
            }
        }
    }

    @Test
    void groupOverThreeNodesGoesOnWhenItsHomeIsKilled(@TempDir Path dir) throws Exception {
        prepare(dir);
        startAll();
        assertThat(nodes.get(0).wkctl("channels", "create", "load", "load/#").out())
                .contains("ok");
        awaitChannel();
        List<GroupReader> readers = new ArrayList<>();
        try (MqttProbe publisher = MqttProbe.open("127.0.0.1", ports[1], V5).within(LIMIT)) {
            publisher.connect("publisher");
            for (int i = 0; i < NODES; i++) { // the first one's node is the home
                readers.add(GroupReader.join(ports[i], "reader-" + i, "$share/workers/$ch/load/#"));
                Await.until(
                        LIMIT,
                        () -> "the group: " + cursors(1),
                        () -> cursors(1).contains("group:workers"));
            }
            insist(publisher, 0, SHARED);
            Await.until(LIMIT, () -> "all are given out", () -> distinct(readers) == SHARED);
            assertThat(readers).allMatch(reader -> !reader.given().isEmpty());
            insist(publisher, SHARED, SHARED + SHARED / 2);
            nodes.get(0).kill();
            insist(publisher, SHARED + SHARED / 2, 2 * SHARED);
            Await.until(
                    LIMIT,
                    () -> "all are given out, not " + distinct(readers) + ": " + cursors(1),
                    () -> distinct(readers) == 2 * SHARED);
            Await.until(
                    LIMIT,
                    () -> "the cursor: " + cursors(1),
                    () -> cursors(1).contains("next=" + (last(nodes.get(1)) + 1)));
        }
        int all = readers.stream().mapToInt(reader -> reader.given().size()).sum();
        System.out.println("ReplicatedChannelIT: " + (all - 2 * SHARED) + " messages came again");
        assertThat(all).as("messages with those that came again").isLessThan(2 * SHARED + SHARED / 2);
        for (GroupReader reader : readers) {
            reader.close();
        }
    }

    @Test
    void whatANodeHadAloneIsOnAllThoughItIsKilledWhileItMovesIt(@TempDir Path dir) throws Exception {
        prepare(dir);
        Node first =
                nodes.get(0).with("WKMQ_CLUSTER__DISCOVERY", "singleton").with("WKMQ_CLUSTER__CHANNELS__REPLICAS", "1");
        start(0);
        assertThat(first.wkctl("channels", "create", "load", "load/#").out()).contains("ok");
        fill(ports[0]);
        assertThat(first.wkctl("channels", "trim", "load", "101").out()).contains("ok");
        assertThat(first.wkctl("channels", "cursors", "load", "reset", "billing", "seq:201")
                        .out())
                .contains("ok");
        String before = dump(0, "load");
        first.kill();

        first.with("WKMQ_CLUSTER__DISCOVERY", "static")
                .with("WKMQ_CLUSTER__CHANNELS__REPLICAS", Integer.toString(NODES));
        startAll();
        awaitUnmoved();
        try (MqttProbe probe = MqttProbe.open("127.0.0.1", ports[1], V5).within(LIMIT)) {
            probe.connect("early");
            Puback refused = publish(probe, "load/1", "early");
            assertThat(refused.code()).isEqualTo(QUOTA_EXCEEDED);
            assertThat(refused.properties().text(PropertyType.REASON_STRING))
                    .hasValueSatisfying(reason -> assertThat(reason).startsWith("wk:moving"));
        }
        Path raft = first.path("data/raft");
        long enough = bytes(raft) + PART_BYTES;
        CompletableFuture<Outcome> moving =
                CompletableFuture.supplyAsync(() -> first.wkctl("channels", "replicate"), threads);
        Await.until(LIMIT, () -> "a part is moved, not " + moving, () -> bytes(raft) > enough);
        first.kill();
        assertThat(moving.get(LIMIT.toSeconds(), TimeUnit.SECONDS).out()).doesNotContain("state=done");
        start(0);
        awaitUnmoved();
        String[] out = {""};
        Await.until(LIMIT, () -> "the end of the move: " + out[0], () -> {
            out[0] = first.wkctl("channels", "replicate").out();
            return out[0].contains("state=done");
        });
        Matcher rest = Pattern.compile("channels=1, records=(\\d+), left=0").matcher(out[0]);
        assertThat(rest.find()).as(out[0]).isTrue();
        System.out.println("ReplicatedChannelIT: the move was killed, then went on: " + out[0]);
        assertThat(Integer.parseInt(rest.group(1))).as("what was left").isBetween(1, FILLED - 101);

        awaitChannel();
        publishOnce(1, "next");
        for (int i = 0; i < NODES; i++) {
            Node node = nodes.get(i);
            Await.until(LIMIT, () -> "the next number: " + last(node), () -> last(node) == FILLED + 1);
            assertThat(dump(i, "load")).startsWith(before);
            assertThat(cursors(i)).contains("next=201");
        }
        assertThat(nodes.get(2).wkctl("channels", "verify", "load").status()).isZero();
    }

    private void awaitUnmoved() {
        for (Node node : nodes) {
            Await.until(
                    LIMIT,
                    () -> "the channel that is to be moved on all nodes: "
                            + node.wkctl("channels", "list").out(),
                    () -> node.wkctl("channels", "list").out().contains("unmoved=true"));
        }
    }

    /** Publishes large messages, many at a time. */
    private static void fill(int port) {
        String text = "x".repeat(2_000);
        try (MqttProbe probe = MqttProbe.open("127.0.0.1", port, V5).within(LIMIT)) {
            probe.connect("filler");
            for (int i = 0; i < FILLED; i += AT_A_TIME) {
                for (int j = 1; j <= AT_A_TIME; j++) {
                    probe.send(Packets.publish("load/1", text + (i + j)).qos(1, j));
                }
                for (int j = 1; j <= AT_A_TIME; j++) {
                    assertThat(probe.await(Puback.class).code()).isLessThan(REFUSED);
                }
            }
        }
    }

    /** How many bytes the files below a directory have; those that are being deleted may count or not. */
    private static long bytes(Path directory) {
        long bytes = 0;
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.toList()) {
                bytes += each.toFile().length();
            }
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
        return bytes;
    }

    private static int distinct(List<GroupReader> readers) {
        return (int) readers.stream()
                .flatMap(reader -> reader.given().stream())
                .distinct()
                .count();
    }

    /** Publishes messages, each until it is taken. */
    private static void insist(MqttProbe publisher, int from, int to) {
        for (int i = from; i < to; i++) {
            String text = Integer.toString(i);
            Await.until(
                    LIMIT,
                    () -> "an acknowledgement of " + text,
                    () -> publish(publisher, "load/1", text).code() < REFUSED);
        }
    }

    private static void begin(MqttProbe reader, String clientId) {
        reader.connect(clientId);
        reader.subscribe(Packets.subscribe(reader.nextPacketId())
                .filter("$ch/load/#", 1)
                .with(Property.user("wk-from", "earliest"))
                .with(Property.user("wk-cursor", "billing")));
    }

    private String cursors(int node) {
        return nodes.get(node).wkctl("channels", "cursors", "load").out();
    }

    private void publishOnce(int node, String text) {
        try (MqttProbe probe = MqttProbe.open("127.0.0.1", ports[node], V5).within(LIMIT)) {
            probe.connect("once");
            Puback ack = publish(probe, "load/1", text);
            assertThat(ack.code()).as(ack.toString()).isLessThan(REFUSED);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private String alarms() {
        return nodes.get(0).wkctl("alarms", "list").out();
    }

    private static Puback publish(MqttProbe probe, String topic, String text) {
        probe.send(Packets.publish(topic, text).qos(1, probe.nextPacketId()));
        return probe.await(Puback.class);
    }

    private void assertOlderClientIsNotAcknowledged() {
        try (MqttProbe older = MqttProbe.open("127.0.0.1", ports[0], V311).within(REFUSED_WITHIN)) {
            older.connect("older");
            older.send(Packets.publish("load/2", "not acknowledged").qos(1, 1));
            older.expectClosed();
        }
    }

    private void prepare(Path dir) {
        int first = freePorts(2 * NODES);
        StringBuilder seeds = new StringBuilder();
        for (int i = 0; i < NODES; i++) {
            seeds.append(i == 0 ? "" : ",")
                    .append("wkmq")
                    .append(i + 1)
                    .append("@127.0.0.1:")
                    .append(first + 2 * i);
        }
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node(Installation.built(), dir.resolve("n" + (i + 1)))
                    .with("WKMQ_LOG__CONSOLE", "off")
                    .with("WKMQ_STORAGE__RESERVE", "0")
                    .with("WKMQ_NODE__NAME", "wkmq" + (i + 1) + "@127.0.0.1")
                    .with("WKMQ_NODE__COOKIE", "the-cookie-of-the-test")
                    .with("WKMQ_NODE__DIST_LISTEN_MIN", Integer.toString(first + 2 * i))
                    .with("WKMQ_NODE__DIST_LISTEN_MAX", Integer.toString(first + 2 * i + 1))
                    .with("WKMQ_CLUSTER__DISCOVERY", "static")
                    .with("WKMQ_CLUSTER__STATIC__SEEDS", seeds.toString())
                    .with("WKMQ_CLUSTER__BOOTSTRAP_EXPECT", Integer.toString(NODES))
                    .with("WKMQ_CLUSTER__CHANNELS__REPLICAS", Integer.toString(NODES)));
            publishing.add(CompletableFuture.completedFuture(null));
            membersAt.add(first + 2 * i);
        }
    }

    /** The first of so many ports in a row that nobody listens on. */
    private int freePorts(int count) {
        while (true) {
            int first = PORTS_MIN + random.nextInt(PORTS_MAX - PORTS_MIN);
            boolean free = true;
            for (int port = first; port < first + count && free; port++) {
                try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                    free = socket.isBound();
                } catch (IOException e) {
                    free = false;
                }
            }
            if (free) {
                return first;
            }
        }
    }

    private void startAll() throws Exception {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            int node = i;
            starts.add(CompletableFuture.runAsync(() -> start(node), threads));
        }
        CompletableFuture<?> all = CompletableFuture.allOf(starts.toArray(CompletableFuture<?>[]::new));
        for (CompletableFuture<Void> each : starts) {
            var unused = each.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    all.completeExceptionally(failure); // the others wait for it
                }
            });
        }
        all.get(2 * LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private void start(int node) {
        try {
            List<String> lines = nodes.get(node).foreground();
            ports[node] = Node.tcpPort(lines.get(lines.size() - 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rest() throws Exception {
        publishers.forEach(publisher -> publisher.rest(true));
        for (CompletableFuture<Void> each : publishing) {
            each.get(60, TimeUnit.SECONDS);
        }
        publishers.forEach(publisher -> publisher.rest(false));
    }

    private void publish(int node) {
        int port = ports[node];
        publishing.set(
                node, CompletableFuture.runAsync(() -> publishers.get(node).publish(port), threads));
    }

    private int acks() {
        return publishers.stream()
                .mapToInt(publisher -> publisher.acknowledged().size())
                .sum();
    }

    private void awaitAcks(int more) {
        int enough = acks() + more;
        Await.until(
                LIMIT,
                () -> enough + " acknowledgements, not " + acks(),
                () -> acks() >= enough || publishing.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
        assertThat(acks()).isGreaterThanOrEqualTo(enough);
    }

    /** Every node has heard of the channel. */
    private void awaitChannel() {
        for (Node node : nodes) {
            Await.until(
                    LIMIT,
                    () -> "the channel on all nodes: "
                            + node.wkctl("channels", "list").out(),
                    () -> node.wkctl("channels", "show", "load").status() == 0);
        }
    }

    /** The node that leads the group of the channel. */
    private int leader() {
        String status = nodes.get(0).wkctl("raft", "status").out();
        Matcher leader = LEADER.matcher(status);
        assertThat(leader.find()).as(status).isTrue();
        return membersAt.indexOf(Integer.parseInt(leader.group(1)));
    }

    private void check() {
        List<String> digests = new ArrayList<>();
        List<List<String>> contents = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            Node node = nodes.get(i);
            String shown = node.wkctl("--json", "channels", "show", "load").out();
            Matcher digest = DIGEST.matcher(shown);
            assertThat(digest.find()).as(shown).isTrue();
            digests.add(digest.group(1));
            contents.add(read(ports[i], last(node)));
        }
        for (List<String> payloads : contents) {
            publishers.forEach(publisher -> check(publisher, payloads));
        }
        assertThat(contents).as("what the nodes have").allMatch(contents.get(0)::equals);
        assertThat(digests).as("the nodes' digests").allMatch(digests.get(0)::equals);
        int refused = publishers.stream().mapToInt(ChannelPublisher::refused).sum();
        System.out.println("ReplicatedChannelIT: " + acks() + " acknowledged, " + refused + " refused, "
                + contents.get(0).size() + " in the channel");
    }

    private static void check(ChannelPublisher publisher, List<String> payloads) {
        String start = publisher.name() + ' ';
        List<Integer> numbers = payloads.stream()
                .filter(payload -> payload.startsWith(start))
                .map(payload -> Integer.parseInt(payload.substring(start.length())))
                .toList();
        assertThat(numbers)
                .as("%s: acknowledged, and in the channel", publisher.name())
                .containsAll(publisher.acknowledged().keySet());
        assertThat(numbers).as("%s: order", publisher.name()).isSorted();
        assertThat(numbers).as("%s: repetitions", publisher.name()).doesNotHaveDuplicates();
        publisher
                .acknowledged()
                .forEach((number, seq) -> assertThat(payloads.get((int) (seq - 1)))
                        .as("%s: number %s was acknowledged as %s", publisher.name(), number, seq)
                        .isEqualTo(start + number));
    }

    private static long last(Node node) {
        String shown = node.wkctl("channels", "show", "load").out();
        Matcher last = LAST.matcher(shown);
        assertThat(last.find()).as(shown).isTrue();
        return Long.parseLong(last.group(1));
    }

    private static List<String> read(int port, long last) {
        List<String> payloads = new ArrayList<>();
        try (MqttProbe reader = MqttProbe.open("127.0.0.1", port, V5).within(Duration.ofSeconds(30))) {
            reader.connect("reader");
            reader.subscribe(Packets.subscribe(reader.nextPacketId())
                    .filter("$ch/load/#", 0)
                    .with(Property.user("wk-from", "earliest")));
            while (payloads.size() < last) {
                Publish publish = reader.await(Publish.class);
                payloads.add(publish.text());
                assertThat(publish.properties().user())
                        .contains(new UserProperty("wk-seq", Integer.toString(payloads.size())));
            }
        }
        return payloads;
    }
}
