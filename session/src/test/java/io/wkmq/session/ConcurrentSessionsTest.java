package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Forwarder;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the rules of sessions on real threads: one per shard and one for the store. */
class ConcurrentSessionsTest {
    private static final int SHARDS = 3;
    private static final int CLIENTS = 6;
    private static final int MESSAGES = 200;
    private static final int WINDOW = 20;

    private final List<LoopThread> loops = new ArrayList<>();
    private final ScheduledExecutorService storeThread = new ScheduledThreadPoolExecutor(1);
    private final Sessions sessions;
    private final CountDownLatch connected = new CountDownLatch(3 * CLIENTS);
    private final CountDownLatch acknowledged = new CountDownLatch(CLIENTS * MESSAGES);
    private final CountDownLatch delivered = new CountDownLatch(2 * CLIENTS * CLIENTS * MESSAGES);

    ConcurrentSessionsTest() {
        for (int i = 0; i < SHARDS; i++) {
            loops.add(new LoopThread());
        }
        TestConfig config = new TestConfig();
        config.maxQueueLength = 0;
        config.maxQueueBytes = Long.MAX_VALUE;
        config.maxNodeQueueBytes = Long.MAX_VALUE;
        config.mailboxMax = 50;
        sessions = new Sessions(
                config.build(),
                loops,
                new SessionEnvironment(
                        "node@test",
                        Clock.systemUTC(),
                        new RouteTable<>(SHARDS),
                        Forwarder.NONE,
                        new MemoryDirectory(),
                        new AsynchronousStore(storeThread),
                        new MemoryRetained(),
                        topic -> null));
    }

    @AfterEach
    void stop() {
        sessions.close();
        loops.forEach(LoopThread::stop);
        storeThread.shutdown();
    }

    /** Flushes on its own thread; keeps nothing. */
    private static final class AsynchronousStore implements SessionStore {
        private final VolatileStore nothing = new VolatileStore();
        private final ScheduledExecutorService thread;

        AsynchronousStore(ScheduledExecutorService thread) {
            this.thread = thread;
        }

        @Override
        public void put(StoredSession session) {}

        @Override
        public void remove(String clientId) {}

        @Override
        public void subscribe(String clientId, SubscriptionFilter filter, SubscriptionOptions options) {}

        @Override
        public void unsubscribe(String clientId, SubscriptionFilter filter) {}

        @Override
        public void enqueue(String clientId, StoredDelivery delivery, @Nullable Hold hold) {}

        @Override
        public void inflight(String clientId, long sequence, int packetId, StoredDelivery.State state) {}

        @Override
        public void dequeue(String clientId, long sequence, @Nullable Hold ended) {}

        @Override
        public void awaitRelease(String clientId, int packetId, @Nullable Hold ended) {}

        @Override
        public void released(String clientId, int packetId) {}

        @Override
        public void letGo(Hold hold) {}

        @Override
        public void flush(Completion completion) {
            thread.execute(() -> nothing.flush(completion));
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void restore(Restored restored) {}
    }

    /** A client that publishes as fast as its window permits and checks the order of what it receives. Runs on its shard's thread. */
    private final class Client implements ConnectCallback, ClientLink {
        private final String id;
        private final LoopThread loop;
        private final Map<String, Integer> last = new HashMap<>();
        private final List<String> disorder = new ArrayList<>();
        private @Nullable Session session;
        private int published;
        private int answered;

        Client(String id) {
            this.id = id;
            this.loop = loops.get(sessions.shardOf(id));
        }

        void connect(long expirySeconds) {
            ConnectRequest request = new ConnectRequest(id, null, false, expirySeconds, 10, null);
            loop.execute(() -> sessions.connect(request, this, this));
        }

        @Override
        public void connected(Session opened, boolean sessionPresent) {
            session = opened;
            connected.countDown();
        }

        @Override
        public void refused(ReasonCode reason, String reasonString) {
            disorder.add("refused: " + reason);
        }

        void subscribe(String filter, CountDownLatch done) {
            loop.execute(() -> session()
                    .subscribe(
                            List.of(new SubscribeRequest(
                                    SubscriptionFilter.parse(filter), SubscriptionOptions.mqtt3(Qos.EXACTLY_ONCE))),
                            reasons -> done.countDown()));
        }

        void publishAll() {
            loop.execute(this::fill);
        }

        private void fill() {
            while (published < MESSAGES && published - answered < WINDOW) {
                published++;
                byte[] payload = (id + ':' + published).getBytes(StandardCharsets.UTF_8);
                Qos qos = published % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE;
                session()
                        .publish(new Publication(
                                1 + published % 60_000,
                                false,
                                TopicName.of("t/" + id),
                                payload,
                                qos,
                                false,
                                MessageProperties.NONE,
                                -1));
            }
        }

        @Override
        public void acknowledge(Qos qos, int packetId, ReasonCode reason, @Nullable String reasonString) {
            answered++;
            if (packetId != 1 + answered % 60_000 || reason != ReasonCode.SUCCESS) {
                disorder.add("answer to " + packetId + ' ' + reason);
            }
            if (qos == Qos.EXACTLY_ONCE) {
                session().release(packetId, ReasonCode.SUCCESS);
            }
            acknowledged.countDown();
            loop.execute(this::fill);
        }

        @Override
        public boolean publish(Delivery delivery, boolean duplicate) {
            String payload = new String(delivery.message().payload(), StandardCharsets.UTF_8);
            int colon = payload.indexOf(':');
            int n = Integer.parseInt(payload.substring(colon + 1));
            Integer before = last.put(payload.substring(0, colon), n);
            if (n != (before == null ? 1 : before + 1)) {
                disorder.add(payload + " after " + before);
            }
            int packetId = delivery.packetId();
            Qos qos = delivery.qos();
            loop.execute(() -> {
                if (qos == Qos.AT_LEAST_ONCE) {
                    session().acknowledged(packetId, ReasonCode.SUCCESS);
                } else {
                    session().received(packetId, ReasonCode.SUCCESS);
                }
            });
            delivered.countDown();
            return true;
        }

        @Override
        public void release(int packetId, ReasonCode reason) {
            loop.execute(() -> session().completed(packetId));
        }

        @Override
        public void complete(int packetId, ReasonCode reason) {}

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void close(ReasonCode reason, @Nullable String reasonString) {}

        private Session session() {
            Session mine = session;
            if (mine == null) {
                throw new IllegalStateException(id + " is not connected");
            }
            return mine;
        }
    }

    @Test
    void everySubscriberGetsEveryMessageInOrder() throws InterruptedException {
        List<Client> subscribers = new ArrayList<>();
        List<Client> publishers = new ArrayList<>();
        CountDownLatch subscribed = new CountDownLatch(2 * CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            publishers.add(new Client("pub" + i));
            publishers.get(i).connect(0);
            for (int durable = 0; durable < 2; durable++) {
                Client subscriber = new Client((durable == 1 ? "durable" : "clean") + i);
                subscriber.connect(durable == 1 ? 3600 : 0);
                subscribers.add(subscriber);
            }
        }
        assertThat(connected.await(120, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < subscribers.size(); i++) {
            subscribers.get(i).subscribe(i % 4 < 2 ? "#" : "t/+", subscribed);
        }
        assertThat(subscribed.await(120, TimeUnit.SECONDS)).isTrue();

        publishers.forEach(Client::publishAll);

        assertThat(acknowledged.await(120, TimeUnit.SECONDS)).as("acknowledged").isTrue();
        assertThat(delivered.await(120, TimeUnit.SECONDS)).as("delivered").isTrue();
        CountDownLatch looked = new CountDownLatch(3 * CLIENTS);
        List<String> disorder = new ArrayList<>();
        List<Client> all = new ArrayList<>(subscribers);
        all.addAll(publishers);
        for (Client client : all) {
            client.loop.execute(() -> {
                synchronized (disorder) {
                    disorder.addAll(client.disorder);
                }
                looked.countDown();
            });
        }
        assertThat(looked.await(120, TimeUnit.SECONDS)).isTrue();
        synchronized (disorder) {
            assertThat(disorder).isEmpty();
        }
    }
}
