package io.wkmq.benchmarks.micro;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStore.StoredDelivery;
import io.wkmq.session.StoredSession;
import io.wkmq.session.mvstore.Durability;
import io.wkmq.session.mvstore.MvStorage;
import io.wkmq.session.mvstore.StorageOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Appends messages for a persistent session to the log of the store and waits for the flush that follows. The score is per flush; each
 * flush also removes the messages of the previous one, as after a client's acknowledgement. The log is in the directory for temporary files
 * ({@code java.io.tmpdir}), which must be on the disk to be measured.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StoreBenchmark {
    private static final String CLIENT = "client";
    private static final String DURABLE = "";
    private static final int PAYLOAD_BYTES = 128;
    private static final int FLUSH_MAX_SECONDS = 60;
    private static final TopicName TOPIC = TopicName.of("site/12/device/345/temperature");
    private static final int[] NO_IDENTIFIERS = {};

    /** SYNC waits until the messages are on disk, NONE until they are passed to the operating system. */
    @Param({"SYNC", "NONE"})
    public Durability durability = Durability.SYNC;

    /** The number of messages per flush. */
    @Param({"1", "16", "128"})
    public int perFlush;

    private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(1);
    private final SessionStore.Completion completion = new SessionStore.Completion() {
        @Override
        public void durable() {
            answers.add(DURABLE);
        }

        @Override
        public void failed(String reason) {
            answers.add(reason);
        }
    };
    private Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private MvStorage storage;

    private long sequence;

    /** Opens a new store with one session. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("wkmq-store");
        storage = MvStorage.open(directory, StorageOptions.defaults().with(durability));
        storage.sessions().put(new StoredSession(CLIENT, null, 0, 3600, 0, null, 0, -1, false));
        sequence = 0;
    }

    /** Appends messages and waits for their flush. */
    @Benchmark
    public void append() throws InterruptedException {
        SessionStore store = storage.sessions();
        long from = sequence;
        for (long old = Math.max(0, from - perFlush); old < from; old++) {
            store.dequeue(CLIENT, old, null);
        }
        for (int i = 0; i < perFlush; i++) {
            Message message = new Message(
                    TOPIC,
                    new byte[PAYLOAD_BYTES],
                    Qos.AT_LEAST_ONCE,
                    false,
                    MessageProperties.NONE,
                    "publisher",
                    0,
                    Message.NEVER);
            store.enqueue(
                    CLIENT,
                    new StoredDelivery(
                            sequence++,
                            message,
                            Qos.AT_LEAST_ONCE,
                            false,
                            NO_IDENTIFIERS,
                            null,
                            0,
                            StoredDelivery.State.QUEUED),
                    null);
        }
        store.flush(completion);
        String answer = answers.poll(FLUSH_MAX_SECONDS, TimeUnit.SECONDS);
        if (!DURABLE.equals(answer)) {
            throw new IllegalStateException("A flush ended with " + answer + "; expected the messages to be stored");
        }
    }

    /** Checks that the last flush is in the files, and removes them. */
    @TearDown
    public void close() throws IOException {
        storage.close();
        StoredMessages found = new StoredMessages();
        try (MvStorage again = MvStorage.open(directory, StorageOptions.defaults())) {
            again.sessions().restore(found);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        if (found.first() != sequence - perFlush || found.count() != perFlush) {
            throw new IllegalStateException("The store has " + found.count() + " messages from " + found.first()
                    + " on; expected " + perFlush + " from " + (sequence - perFlush) + " on");
        }
    }
}
