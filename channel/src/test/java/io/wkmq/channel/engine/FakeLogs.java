package io.wkmq.channel.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Scripted logs on a node that by default keeps none of them. Thread-safe. */
class FakeLogs implements GroupLogs {
    final AtomicInteger asked = new AtomicInteger();
    volatile boolean perhapsKeptByOthers;
    volatile Set<UUID> keepers;

    /** What asking for a log fails with; null if it does not. */
    volatile @Nullable IOException failure;

    volatile boolean confirmed = true;

    /** By which others know this node. */
    volatile @Nullable UUID replica;

    /** When the node's own replicas have all. */
    volatile Supplier<CompletionStage<Void>> caughtUp = () -> {
        throw unused();
    };

    /** Whoever wants to know who keeps the logs waits for that. */
    volatile Runnable onKeepers = () -> {};

    volatile Supplier<CompletionStage<Boolean>> answer =
            () -> CompletableFuture.failedFuture(new IOException("made by the test"));

    /** Kept by those. */
    FakeLogs(UUID... keepers) {
        this.keepers = Set.of(keepers);
    }

    /** Those keep the logs, when that is asked. */
    void found(Set<UUID> now) {
        answer = () -> {
            keepers = now;
            confirmed = true;
            return CompletableFuture.completedFuture(true);
        };
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("Not asked for here");
    }

    @Override
    public Set<UUID> keepers() {
        onKeepers.run();
        return keepers;
    }

    @Override
    public CompletionStage<Boolean> askKeepers() {
        asked.incrementAndGet();
        return answer.get();
    }

    @Override
    public boolean decided() {
        return true;
    }

    @Override
    public boolean perhapsKeptByOthers() {
        return perhapsKeptByOthers;
    }

    @Override
    public boolean confirmed() {
        return confirmed;
    }

    @Override
    public CompletionStage<Long> applied(int group, Duration limit) {
        return CompletableFuture.completedFuture(0L);
    }

    @Override
    public ReplicatedLog log(int group, Duration limit) throws IOException {
        IOException reason = failure;
        if (reason != null) {
            throw reason;
        }
        return op -> CompletableFuture.completedFuture(new byte[0]);
    }

    @Override
    public void follows(Set<UUID> before) {
        // it is told what it finds
    }

    @Override
    public CompletionStage<Void> caughtUp(int group, Duration limit) {
        return caughtUp.get();
    }

    @Override
    public CompletionStage<Void> remove(String node) {
        throw unused();
    }

    @Override
    public void requirePlace(Duration limit) {
        // it has the one that it has
    }

    @Override
    public @Nullable UUID replica() {
        return replica;
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        throw unused();
    }

    @Override
    public CompletionStage<GroupStatus> status(int group) {
        return CompletableFuture.completedFuture(new GroupStatus(group, "a:1", false, 3, 9, 8, 8, false, 4, List.of()));
    }

    @Override
    public CompletionStage<Map<String, Set<Integer>>> filling() {
        throw unused();
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String node) {
        throw unused();
    }

    @Override
    public int members() {
        return 2;
    }

    @Override
    public @Nullable String where() {
        return null;
    }

    @Override
    public LogFigures written() {
        return LogFigures.NONE;
    }

    @Override
    public boolean led(int group) {
        return true;
    }

    @Override
    public boolean leads(int group) {
        return false;
    }
}
