package io.wkmq.dist;

import static io.wkmq.testing.mqtt.MqttVersion.V311;
import static io.wkmq.testing.mqtt.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.Await;
import io.wkmq.testing.Deadline;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.Property;
import io.wkmq.testing.mqtt.ServerPacket.Publish;
import io.wkmq.testing.mqtt.UserProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node with a channel that is killed again and again while clients publish into it. */
@Timeout(600)
class ChannelCrashIT {
    private static final int ROUNDS = Integer.getInteger("wkmq.test.crash.rounds", 10);
    private static final int ACKS_MAX = 5_000;
    private static final Duration LOAD_MAX = Duration.ofSeconds(2);
    private static final Pattern LAST = Pattern.compile(", last=(\\d+),");

    private final long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ChannelPublisher> publishers = List.of(
            new ChannelPublisher("named-1", V5),
            new ChannelPublisher("named-2", V5),
            new ChannelPublisher("named-3", V5),
            new ChannelPublisher("plain", V311));

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void whatWasAcknowledgedIsInTheChannelAfterEveryKill(@TempDir Path dir) throws Exception {
        System.out.println("ChannelCrashIT: -Dwkmq.test.seed=" + seed);
        try (Node node = Load.node(Installation.built(), dir).with("WKMQ_CLUSTER__DISCOVERY", "singleton")) {
            start(node);
            assertThat(node.wkctl("channels", "create", "load", "load/#").status())
                    .isZero();
            node.kill();
            for (int round = 1; round <= ROUNDS; round++) {
                killUnderLoad(node, start(node));
                if (round % 4 == 0) {
                    check(node, start(node));
                    node.kill();
                }
            }
            List<String> payloads = check(node, start(node));
            System.out.println("ChannelCrashIT: " + ROUNDS + " kills, " + acks() + " acknowledged, " + payloads.size()
                    + " in the channel");
        } catch (AssertionError e) {
            throw new AssertionError("With -Dwkmq.test.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private static int start(Node node) throws Exception {
        List<String> lines = node.foreground();
        return Node.tcpPort(lines.get(lines.size() - 1));
    }

    private int acks() {
        return publishers.stream()
                .mapToInt(publisher -> publisher.acknowledged().size())
                .sum();
    }

    private void killUnderLoad(Node node, int port) throws Exception {
        int enough = acks() + random.nextInt(ACKS_MAX);
        Deadline deadline = Deadline.after(LOAD_MAX);
        CompletableFuture<Void> clients = CompletableFuture.allOf(publishers.stream()
                .map(publisher -> CompletableFuture.runAsync(() -> publisher.publish(port), threads))
                .toArray(CompletableFuture<?>[]::new));
        Await.until(
                Duration.ofSeconds(30),
                () -> "enough acknowledgements, or time, to kill it",
                () -> acks() >= enough || deadline.passed() || clients.isCompletedExceptionally());
        node.kill();
        clients.get(60, TimeUnit.SECONDS);
    }

    /** Reads the channel from the beginning, without a gap in the sequence numbers, and compares; returns what is in it. */
    private List<String> check(Node node, int port) {
        List<String> payloads = read(port, last(node));
        for (ChannelPublisher publisher : publishers) {
            List<Integer> numbers = payloads.stream()
                    .filter(payload -> payload.startsWith(publisher.name() + ' '))
                    .map(payload ->
                            Integer.parseInt(payload.substring(publisher.name().length() + 1)))
                    .toList();
            assertThat(numbers)
                    .as("%s: acknowledged, and in the channel", publisher.name())
                    .containsAll(publisher.acknowledged().keySet());
            assertThat(numbers.stream().distinct().toList())
                    .as("%s: the order of its messages", publisher.name())
                    .isSorted();
            if (publisher.names()) {
                assertThat(numbers).as("%s: repetitions", publisher.name()).doesNotHaveDuplicates();
                publisher
                        .acknowledged()
                        .forEach((number, seq) -> assertThat(payloads.get((int) (seq - 1)))
                                .as(
                                        "%s: number %s was acknowledged as sequence number %s",
                                        publisher.name(), number, seq)
                                .isEqualTo(publisher.name() + ' ' + number));
            }
        }
        return payloads;
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
