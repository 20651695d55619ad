package io.wkmq.cluster;

import io.wkmq.cluster.hazelcast.Encounter;
import io.wkmq.cluster.membership.SeedAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks who is at many addresses, in parallel. Blocks for at most {@link #LIMIT}; asks the first {@value #ADDRESSES_MAX} addresses
 * only.
 */
final class Lookout {
    static final int ADDRESSES_MAX = 64;

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int THREADS_MAX = 16;

    private final Function<SeedAddress, Encounter> ask;

    Lookout(Function<SeedAddress, Encounter> ask) {
        this.ask = ask;
    }

    List<Encounter> look(Collection<SeedAddress> everywhere) {
        List<SeedAddress> addresses =
                everywhere.stream().distinct().limit(ADDRESSES_MAX).toList();
        if (addresses.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS_MAX, addresses.size()), task -> {
            Thread made = new Thread(task, "wkmq-lookout");
            made.setDaemon(true); // a host look-up may hang
            return made;
        });
        try {
            List<Callable<Encounter>> questions = new ArrayList<>();
            addresses.forEach(address -> questions.add(() -> ask.apply(address)));
            List<Future<Encounter>> answers = threads.invokeAll(questions, LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            List<Encounter> met = new ArrayList<>();
            for (int i = 0; i < addresses.size(); i++) {
                met.add(answer(addresses.get(i), answers.get(i)));
            }
            return met;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        } finally {
            threads.shutdownNow();
        }
    }

    private static Encounter answer(SeedAddress address, Future<Encounter> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (CancellationException e) {
            return silent(address, "nothing within " + LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return silent(address, String.valueOf(e.getCause()));
        }
    }

    private static Encounter silent(SeedAddress address, String reason) {
        return new Encounter(address, Encounter.Kind.SILENT, null, reason);
    }
}
