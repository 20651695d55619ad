package io.wkmq.session.mvstore;

import io.wkmq.session.Samples;
import io.wkmq.session.SessionStore;
import io.wkmq.session.SessionStore.Completion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * A process that writes until it is killed and prints its progress: {@code A n} when delivery n is durable, {@code T n} before it dequeues
 * up to n, {@code D n} when that is durable.
 */
final class StorageProcess {
    private static final int BACKLOG = 200;

    private StorageProcess() {}

    /** Arguments: the directory, the first sequence number, the last one dequeued. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        MvStorage storage = MvStorage.open(Path.of(arguments[0]), TestOptions.small());
        SessionStore store = storage.sessions();
        Random random = new Random();
        Semaphore window = new Semaphore(30);
        long sequence = Long.parseLong(arguments[1]);
        long dequeued = Long.parseLong(arguments[2]);
        store.put(Samples.session("c"));
        while (true) {
            store.enqueue("c", Samples.delivery(sequence, Samples.message("t", random.nextInt(2000), random)), null);
            window.acquire();
            store.flush(saying("A " + sequence, window));
            if (sequence - dequeued > BACKLOG) {
                long upTo = dequeued + random.nextInt(BACKLOG);
                say("T " + upTo);
                while (dequeued < upTo) {
                    store.dequeue("c", ++dequeued, null);
                }
                window.acquire();
                store.flush(saying("D " + upTo, window));
            }
            sequence++;
        }
    }

    private static Completion saying(String text, Semaphore window) {
        return new Completion() {
            @Override
            public void durable() {
                say(text);
                window.release();
            }

            @Override
            public void failed(String reason) {
                say("F " + reason);
                Runtime.getRuntime().halt(1);
            }
        };
    }

    private static synchronized void say(String text) {
        System.out.println(text);
        System.out.flush();
    }
}
