package io.wkmq.cluster.retained;

import io.wkmq.cluster.membership.Answerer;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.RetainedLimits;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.RetainedStore;
import io.wkmq.session.mvstore.MvStorage;
import io.wkmq.session.mvstore.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Prints how long a new node takes to obtain what another one retains, and what {@code retain} costs, over two replications with their own
 * threads in one process. Not a test; run {@code main} by hand.
 */
final class RetainedMeasurement {
    private static final int PAYLOAD_BYTES = 100;

    /** One of two nodes that know each other. */
    private static final class Half implements Membership, Messenger {
        private final Peer self;
        private final ExecutorService wire = Executors.newSingleThreadExecutor();
        private final RetainedMessages retained;
        private @Nullable Half other;
        private @Nullable MembershipListener listener;
        private @Nullable Answerer answerer;
        private @Nullable RetainedReplication replication;
        private long bytes;

        Half(int number, @Nullable RetainedStore store) {
            NodeId id = new NodeId(new UUID(1, number));
            self = new Peer(new Node(id, NodeName.parse("n" + number + "@local")), number, "local", 1, 1);
            retained = new RetainedMessages(
                    id,
                    new RetainedLimits(10_000_000, 8L << 30, 1 << 20, 0),
                    RetainedMessages.REMOVALS_KEPT,
                    store,
                    Clock.systemUTC(),
                    ThreadLocalRandom.current().nextLong());
        }

        RetainedReplication start() {
            RetainedReplication started = RetainedReplication.start(retained, this, this, Clock.systemUTC());
            replication = started;
            return started;
        }

        void meet(Half met) {
            other = met;
            if (listener != null) {
                listener.here(met.self);
            }
        }

        @Override
        public Peer self() {
            return self;
        }

        @Override
        public List<Peer> peers() {
            return other == null ? List.of() : List.of(other.self);
        }

        @Override
        public void listen(MembershipListener only) {
            listener = only;
        }

        @Override
        public CompletionStage<byte[]> ask(NodeId node, Service service, byte[] request) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            Half to = other;
            if (to == null || to.answerer == null) {
                answer.completeExceptionally(new IllegalStateException("Nobody is there"));
                return answer;
            }
            Answerer by = to.answerer;
            wire.execute(() -> by.answer(self.id(), request)
                    .whenComplete((bytes, failure) -> to.wire.execute(() -> {
                        if (failure == null) {
                            this.bytes += request.length + bytes.length;
                            answer.complete(bytes);
                        } else {
                            answer.completeExceptionally(failure);
                        }
                    })));
            return answer;
        }

        @Override
        public void answer(Service service, Answerer only) {
            answerer = only;
        }

        void stop() {
            if (replication != null) {
                replication.close();
            }
            wire.shutdown();
        }
    }

    private RetainedMeasurement() {}

    public static void main(String[] arguments) throws IOException {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        for (int round = 0; round < 3; round++) {
            pulled(count, null);
            Path directory = Files.createTempDirectory("retained");
            try (MvStorage storage = MvStorage.open(directory, StorageOptions.defaults())) {
                pulled(count, storage.retained());
            }
        }
    }

    private static void publish(RetainedMessages retained, int from, int until) {
        for (int i = from; i < until; i++) {
            retained.retain(
                    new Message(
                            TopicName.of("fleet/device/x/" + i + "/state"),
                            new byte[PAYLOAD_BYTES],
                            Qos.AT_LEAST_ONCE,
                            true,
                            MessageProperties.NONE,
                            "device-" + i,
                            System.currentTimeMillis(),
                            Message.NEVER),
                    HandOver.NONE);
        }
    }

    private static void pulled(int count, @Nullable RetainedStore store) {
        Half old = new Half(1, null);
        Half fresh = new Half(2, store);
        old.start();
        long begin = System.nanoTime();
        publish(old.retained, 0, count);
        long retained = System.nanoTime() - begin;
        RetainedReplication replication = fresh.start();
        begin = System.nanoTime();
        fresh.meet(old);
        old.meet(fresh);
        boolean caughtUp = replication
                .caughtUp(Duration.ofMinutes(5))
                .toCompletableFuture()
                .join();
        long pulled = System.nanoTime() - begin;
        System.out.printf(
                "%d messages, disk of the new node: %b, retain %d ns, caught up %b after %.2f s with %d, %.0f bytes each%n",
                count,
                store != null,
                retained / count,
                caughtUp,
                pulled / 1e9,
                fresh.retained.size(),
                (double) fresh.bytes / count);
        begin = System.nanoTime();
        publish(old.retained, 0, count);
        retained = System.nanoTime() - begin;
        long[] wanted = old.retained.hashes(0);
        while (!Arrays.equals(wanted, fresh.retained.hashes(0))) {
            Thread.onSpinWait();
        }
        System.out.printf(
                "  all replaced, retain %d ns with a peer, the same on both after %.2f s, %d not told at once%n",
                retained / count,
                (System.nanoTime() - begin) / 1e9,
                Objects.requireNonNull(old.replication).statistics().untold());
        old.stop();
        fresh.stop();
    }
}
