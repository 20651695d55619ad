package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelRules;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.Entry;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An engine whose groups do not answer, and which is told what it knows. Implements only what a catalog needs. */
final class HalfEngine implements Engine {
    volatile boolean blind;
    volatile boolean behind;

    /** Whether its groups say not even that they do not answer. */
    volatile boolean silent;

    volatile @Nullable Throwable configureFailure = new OverloadedException("made by the test");

    /** The channels that were to be cleared, as often as they were. */
    final Queue<Integer> cleared = new ConcurrentLinkedQueue<>();

    @Override
    public boolean replicated() {
        return true;
    }

    @Override
    public void listen(RegistryListener listener) {}

    @Override
    public int group(int channel) {
        return 0;
    }

    @Override
    public CompletionStage<Void> configure(int channel, ChannelRules rules) {
        return told();
    }

    private CompletionStage<Void> told() {
        if (silent) {
            return new CompletableFuture<>();
        }
        Throwable failure = configureFailure;
        return failure == null ? CompletableFuture.completedFuture(null) : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<Appended> append(int channel, Entry entry) {
        return CompletableFuture.failedFuture(new OverloadedException("made by the test"));
    }

    @Override
    public boolean quorum(int channel) {
        return false;
    }

    @Override
    public boolean blind() {
        return blind;
    }

    @Override
    public boolean behind() {
        return behind;
    }

    @Override
    public String trouble() {
        return "made by the test";
    }

    @Override
    public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String damage() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}

    @Override
    public CompletionStage<Void> trim(int channel, long first) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<RegistryAnswer> change(RegistryOp op) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> clear(int channel) {
        cleared.add(channel);
        return told();
    }

    @Override
    public CompletionStage<List<ChannelDefinition>> channels() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<@Nullable ChannelDefinition> find(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<RegisteredNode>> nodes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean leadsRegistry() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<Integer>> deleted() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ChannelReader> read(int channel, ReadStart start) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<ChannelReader> take(int channel, String cursor, String reader, ReadStart start) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<Integer, Long> cursorLags() {
        return Map.of();
    }

    @Override
    public CompletionStage<GroupSeat> join(int channel, ReadingGroup group, String reader, ReadStart start) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> resetCursor(int channel, String cursor, ReadStart start) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> removeCursor(int channel, String cursor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<CursorStatus>> cursors(int channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Position> position(int channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<GroupStatus>> groups() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int groupsExpected() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean keepsNothing() {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable UUID replica() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> removeNode(String node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Map<String, Set<Integer>>> filling() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean learner() {
        return false;
    }

    @Override
    public int replicas() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Auditee> auditees() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFigures figures(ChannelFigures.Ends ends) {
        throw new UnsupportedOperationException();
    }
}
