package io.wkmq.channel.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ensures that each producer's operations take effect once and in order. Part of the group's state. Remembers the last
 * {@value #PRODUCERS_MAX} producers, and the results of the last {@value #RESULTS_MAX} operations of each: in encoded form, which is a few
 * bytes for hundreds of consecutive messages.
 */
final class Producers {
    static final int PRODUCERS_MAX = 256;
    static final int RESULTS_MAX = 128;

    /** The producers, the least recently active first. */
    private final Map<UUID, Producer> producers = new LinkedHashMap<>();

    /** Owned by its {@link Producers}. */
    static final class Producer {
        final long epoch;
        final ArrayDeque<byte[]> results = new ArrayDeque<>();
        long last; // the number of the last operation

        Producer(long epoch) {
            this.epoch = epoch;
        }
    }

    /** Runs an operation if it is next in order; otherwise returns its earlier result, or what is missing. */
    AppendResult once(OpId id, Supplier<AppendResult.Done> operation) {
        Producer known = producers.get(id.producer());
        if (known != null && id.epoch() < known.epoch) {
            return new AppendResult.Fenced(known.epoch);
        }
        Producer producer = known == null || id.epoch() > known.epoch ? new Producer(id.epoch()) : known;
        if (id.number() > producer.last + 1) {
            return new AppendResult.OutOfOrder(producer.last + 1);
        }
        if (id.number() <= producer.last) {
            long ago = producer.last - id.number();
            return ago < producer.results.size() ? nth(producer.results, ago) : new AppendResult.Forgotten();
        }
        AppendResult.Done done = operation.get();
        producer.last = id.number();
        producer.results.addFirst(StateCodec.encodeDone(done));
        if (producer.results.size() > RESULTS_MAX) {
            producer.results.removeLast();
        }
        producers.remove(id.producer());
        producers.put(id.producer(), producer);
        if (producers.size() > PRODUCERS_MAX) {
            Iterator<UUID> oldest = producers.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return done;
    }

    private static AppendResult nth(ArrayDeque<byte[]> results, long n) {
        Iterator<byte[]> newest = results.iterator();
        for (long i = 0; i < n; i++) {
            newest.next();
        }
        return StateCodec.decodeDone(newest.next());
    }

    /** Passes each producer to a visitor, the least recently active first, with its results from oldest to newest. */
    void forEach(Visitor visitor) {
        producers.forEach((id, producer) -> {
            var oldest = producer.results.descendingIterator();
            List<byte[]> results = new ArrayList<>(producer.results.size());
            oldest.forEachRemaining(results::add);
            visitor.producer(id, producer.epoch, producer.last, results);
        });
    }

    /** Restores a stored producer; to be called in the order of {@link #forEach}. */
    void restore(UUID id, long epoch, long last, List<AppendResult.Done> results) {
        Producer producer = new Producer(epoch);
        producer.last = last;
        results.forEach(done -> producer.results.addFirst(StateCodec.encodeDone(done)));
        producers.put(id, producer);
    }

    int size() {
        return producers.size();
    }

    /** Visits producers. */
    interface Visitor {
        void producer(UUID id, long epoch, long last, List<byte[]> results);
    }

    @Nullable
    Producer find(UUID id) {
        return producers.get(id);
    }
}
