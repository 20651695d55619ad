package io.wkmq.cluster.retained;

import io.wkmq.cluster.loop.Line;
import io.wkmq.cluster.retained.protocol.Entries;
import io.wkmq.cluster.retained.protocol.SyncMessage;
import io.wkmq.cluster.retained.protocol.SyncMessage.Large;
import io.wkmq.cluster.retained.protocol.SyncMessage.Part;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pull;
import io.wkmq.cluster.retained.protocol.SyncMessage.PullPart;
import io.wkmq.cluster.retained.protocol.SyncMessage.Pulled;
import io.wkmq.cluster.retained.protocol.SyncMessage.Wanted;
import io.wkmq.cluster.wire.MalformedMessageException;
import io.wkmq.routing.NodeId;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.RetainedMessages.Outcome;
import io.wkmq.session.SessionStore;
import io.wkmq.session.StampedMessage;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pull of some buckets from one node: a few buckets at a time, each in as many answers as needed. The next request is sent when
 * the last answer is stored. Belongs to the loop.
 */
final class Pass {
    private static final Logger log = LoggerFactory.getLogger(Pass.class);
    private static final int BUCKETS_MAX = 128;
    private static final int REQUEST_BYTES = 64 << 10;
    private static final int ROUNDS_MAX = 100_000;

    /** How much larger than the payload limit a message may be in total and still be fetched. */
    private static final long BESIDE_PAYLOAD_BYTES_MAX = 1 << 20;

    private final NodeId node;
    private final RetainedMessages retained;
    private final Line<SyncMessage> line;
    private final Executor loop;
    private final Counters counters;
    private final Deque<Integer> left;
    private final Listener listener;

    private final List<Integer> asked = new ArrayList<>();
    private final Deque<Large> larges = new ArrayDeque<>();

    /** Hashes, by bucket, of what was received but not taken over, so that it is not sent again. */
    private final Map<Integer, List<Long>> notTaken = new HashMap<>();

    private final Set<Integer> gained = new HashSet<>();
    private final Set<Integer> refused = new HashSet<>();
    private boolean more;
    private int rounds;
    private boolean ended;

    /** Told about the progress of the pass. */
    interface Listener {
        /** Called when everything that the node has in a bucket was received. */
        void asked(int bucket, boolean gained, boolean refused);

        /** Called at the end of the pass: either everything was requested, or the node did not answer. */
        void over(boolean complete);
    }

    Pass(
            NodeId node,
            List<Integer> buckets,
            RetainedMessages retained,
            Line<SyncMessage> line,
            Executor loop,
            Counters counters,
            Listener listener) {
        this.node = node;
        this.left = new ArrayDeque<>(buckets);
        this.retained = retained;
        this.line = line;
        this.loop = loop;
        this.counters = counters;
        this.listener = listener;
    }

    private void end(boolean complete) {
        if (!ended) {
            ended = true;
            listener.over(complete);
        }
    }

    void start() {
        guarded(this::next);
    }

    /** Runs a step so that the pass ends, and others get their turn, whatever it throws. */
    @SuppressWarnings("IllegalCatch") // rethrown
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            end(false);
            throw e;
        }
    }

    /** Requests the next buckets. */
    private void next() {
        asked.clear();
        notTaken.clear();
        gained.clear();
        refused.clear();
        if (left.isEmpty()) {
            end(true);
            return;
        }
        List<Wanted> wanted = new ArrayList<>();
        long bytes = 0;
        while (!left.isEmpty() && asked.size() < BUCKETS_MAX && bytes < REQUEST_BYTES) {
            int bucket = left.remove();
            asked.add(bucket);
            Wanted one = wanted(bucket);
            wanted.add(one);
            bytes += (long) Long.BYTES * one.have().length;
        }
        pull(wanted);
    }

    /** Requests the rest of the same buckets. */
    private void goOn() {
        pull(asked.stream().map(this::wanted).toList());
    }

    private Wanted wanted(int bucket) {
        List<StampedMessage> here = retained.bucket(bucket);
        List<Long> not = notTaken.getOrDefault(bucket, List.of());
        long[] have = new long[here.size() + not.size()];
        int at = 0;
        for (StampedMessage message : here) {
            have[at++] = RetainedMessages.hashOf(message);
        }
        for (long hash : not) {
            have[at++] = hash;
        }
        return new Wanted(bucket, have);
    }

    private void pull(List<Wanted> wanted) {
        counters.pull();
        line.ask(node, new Pull(wanted), Pulled.class, pulled -> guarded(() -> pulled(pulled)), () -> end(false));
    }

    private void pulled(Pulled pulled) {
        if (!take(pulled.entries())) {
            end(false);
            return;
        }
        more = pulled.more();
        larges.addAll(pulled.large());
        boolean nothing = pulled.large().isEmpty() && pulled.entries().bytes().length == 0;
        if (more && (nothing || ++rounds > ROUNDS_MAX)) {
            log.warn("A node does not come to an end with its retained messages, node={} rounds={}", node, rounds);
            end(false);
            return;
        }
        nextLarge();
    }

    private boolean take(Entries entries) {
        List<StampedMessage> list;
        try {
            list = entries.list();
        } catch (MalformedMessageException e) {
            log.warn("Retained messages of another node cannot be read, node={}", node, e);
            return false;
        }
        for (StampedMessage message : list) {
            Outcome outcome = retained.apply(message);
            counters.came(outcome);
            int bucket = RetainedMessages.bucketOf(message.topic());
            if (outcome == Outcome.APPLIED) {
                gained.add(bucket);
            } else {
                notTaken(bucket, RetainedMessages.hashOf(message), outcome == Outcome.REFUSED);
            }
        }
        return true;
    }

    private void notTaken(int bucket, long hash, boolean byLimit) {
        notTaken.computeIfAbsent(bucket, key -> new ArrayList<>()).add(hash);
        if (byLimit) {
            refused.add(bucket);
        }
    }

    private void nextLarge() {
        Large large = larges.poll();
        while (large != null && large.bytes() > retained.limits().payloadBytesMax() + BESIDE_PAYLOAD_BYTES_MAX) {
            counters.came(Outcome.REFUSED);
            notTaken(RetainedMessages.bucketOf(large.topic()), large.hash(), true);
            large = larges.poll();
        }
        if (large == null) {
            store();
        } else {
            fetch(large, new ByteArrayOutputStream());
        }
    }

    private void fetch(Large large, ByteArrayOutputStream fetched) {
        line.ask(
                node,
                new PullPart(large.topic(), large.hash(), fetched.size()),
                Part.class,
                part -> guarded(() -> {
                    fetched.writeBytes(part.bytes());
                    boolean whole = fetched.size() >= part.total();
                    if (!whole && part.bytes().length > 0) {
                        fetch(large, fetched);
                    } else if (whole && take(Entries.encoded(fetched.toByteArray()))) {
                        nextLarge();
                    } else {
                        end(false);
                    }
                }),
                () -> guarded(() -> {
                    // replaced meanwhile, or the node does not answer; then the next request fails as well
                    notTaken(RetainedMessages.bucketOf(large.topic()), large.hash(), false);
                    nextLarge();
                }));
    }

    /** Continues once what was received is on disk; this limits the rate. */
    private void store() {
        retained.flush(new SessionStore.Completion() {
            @Override
            public void durable() {
                loop.execute(() -> guarded(Pass.this::stored));
            }

            @Override
            public void failed(String reason) {
                loop.execute(() -> {
                    log.debug("Retained messages of another node could not be stored node={} {}", node, reason);
                    end(false);
                });
            }
        });
    }

    private void stored() {
        if (more) {
            goOn();
            return;
        }
        asked.forEach(bucket -> listener.asked(bucket, gained.contains(bucket), refused.contains(bucket)));
        next();
    }
}
