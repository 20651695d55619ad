package io.wkmq.broker.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.TestBroker;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import io.wkmq.testing.mqtt.MqttProbe;
import io.wkmq.testing.mqtt.MqttVersion;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Clients that send any packets in any order, some of them damaged, to a live node. Whatever comes: the node answers nothing that the
 * standard forbids, logs no error, keeps serving other clients, and keeps no session or file that does not work. {@code
 * -Dwkmq.fuzz.seconds} sets the duration, {@code -Dwkmq.fuzz.seed} the seed.
 */
@Isolated("other tests log errors on purpose")
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // or it hangs
class SessionFuzzTest {
    private static final long SECONDS = Long.getLong("wkmq.fuzz.seconds", 5);
    private static final long SEED = Long.getLong("wkmq.fuzz.seed", System.nanoTime());
    private static final MqttVersion[] VERSIONS = MqttVersion.values();
    private static final int OPEN_MAX = 10;
    private static final int CHECK_EVERY = 20;

    @TempDir
    Path home;

    private final ErrorLog log = new ErrorLog();
    private TestBroker broker;

    @BeforeEach
    void start() {
        broker = TestBroker.start(
                home,
                Map.of(
                        "WKMQ_MQTT__SESSION__EXPIRY_INTERVAL", "5s",
                        "WKMQ_MQTT__MQUEUE__MAX_LENGTH", "100",
                        "WKMQ_OVERLOAD__CONNECT_RATE", "0"));
    }

    @AfterEach
    void stop() {
        log.close();
        broker.close();
    }

    private MqttProbe open(MqttVersion version) {
        return MqttProbe.open("127.0.0.1", broker.port(Protocol.TCP), version);
    }

    private MqttProbe client(String clientId) {
        MqttProbe client = open(MqttVersion.V5);
        client.connect(clientId);
        return client;
    }

    @Test
    void survivesClientsThatSendAnything() {
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        Deque<FuzzClient> clients = new ArrayDeque<>();
        long seed = SEED;
        try (MqttProbe publisher = client("publisher");
                MqttProbe subscriber = client("subscriber")) {
            subscriber.subscribe("innocent/t", 1);
            for (int i = 0; System.nanoTime() < end || i < CHECK_EVERY; i++) {
                seed = SEED + i;
                Random random = new Random(seed);
                FuzzClient client = new FuzzClient(
                        open(VERSIONS[random.nextInt(VERSIONS.length)]), new FuzzPackets(random), random);
                clients.add(client);
                client.run();
                if (clients.size() > random.nextInt(OPEN_MAX)) {
                    clients.remove().close();
                }
                if (i % CHECK_EVERY == 0) {
                    publisher.publish("innocent/t", "message " + i, 1);
                    subscriber.receive("innocent/t", "message " + i);
                    assertThat(log.errors()).isEmpty();
                }
            }
            clients.forEach(FuzzClient::close);
            everySessionWorks();
            broker.close();
            assertThat(log.errors()).isEmpty();
        } catch (AssertionError e) {
            throw new AssertionError("-Dwkmq.fuzz.seed=" + SEED + ", it happened at " + seed, e);
        }
        start();
        everySessionWorks();
        assertThat(log.errors()).isEmpty();
    }

    private void everySessionWorks() {
        for (int i = 0; i < FuzzPackets.clientIds(); i++) {
            try (MqttProbe client = client(FuzzPackets.clientId(i))) {
                client.subscribe("own", 2);
                client.publish("own", "x", 2);
                client.receive("own", "x");
            }
        }
    }
}
