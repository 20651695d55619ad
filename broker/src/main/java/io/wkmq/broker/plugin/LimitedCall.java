package io.wkmq.broker.plugin;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs foreign code on a thread of its own with a time limit. A thread that does not end is abandoned. */
final class LimitedCall {
    private LimitedCall() {}

    /**
     * Returns the result of the call.
     *
     * @throws ExecutionException if the call threw anything
     * @throws TimeoutException if the call exceeds the limit, or the waiting thread was interrupted; the call's thread is
     *     interrupted
     */
    static <T> T run(String threadName, ClassLoader loader, Duration limit, Callable<T> call)
            throws ExecutionException, TimeoutException {
        FutureTask<T> task = new FutureTask<>(call);
        Thread thread = new Thread(task, threadName);
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        thread.start();
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new TimeoutException("the broker is stopping");
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new TimeoutException("it took more than " + limit.toMillis() + " ms");
        }
    }
}
