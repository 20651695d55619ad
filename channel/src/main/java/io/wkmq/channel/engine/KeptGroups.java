package io.wkmq.channel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who keeps the groups of an engine and who leads them, as far as this node knows: what the engine asks of its {@link GroupLogs}, which are
 * there only once it has begun. Thread-safe; does not block. Until then stages fail, as {@link EngineLogs#notHere} says.
 */
final class KeptGroups implements LeaderShare.Groups {
    private final EngineLogs logs;

    /** Those of these logs. */
    KeptGroups(EngineLogs logs) {
        this.logs = logs;
    }

    @Override
    public CompletionStage<List<GroupStatus>> groups() {
        CompletionStage<List<GroupStatus>> all = CompletableFuture.completedFuture(List.of());
        for (int group = 0; group < logs.count(); group++) {
            if (logs.isFound(group)) {
                all = all.thenCombine(logs.status(group), KeptGroups::with);
            }
        }
        return all;
    }

    private static List<GroupStatus> with(List<GroupStatus> before, GroupStatus next) {
        List<GroupStatus> all = new ArrayList<>(before);
        all.add(next);
        return all;
    }

    @Override
    public CompletionStage<Map<String, Set<Integer>>> filling() {
        return asked(GroupLogs::filling);
    }

    @Override
    public CompletionStage<Void> lead(int group, @Nullable String node) {
        return logs.isFound(group)
                ? asked(kept -> kept.lead(group, node))
                : CompletableFuture.failedFuture(logs.notHere());
    }

    @Override
    public @Nullable String where() {
        GroupLogs kept = logs.kept();
        return kept == null ? null : kept.where();
    }

    /** As {@link Engine#replica}. */
    @Nullable
    UUID replica() {
        GroupLogs kept = logs.kept();
        return kept == null ? null : kept.replica();
    }

    /** As {@link Engine#replicas}. Until that is known nobody is most of them. */
    int replicas() {
        GroupLogs kept = logs.kept();
        return kept == null ? Integer.MAX_VALUE : kept.members();
    }

    /** Whether this node leads a group, as far as it knows. */
    boolean leads(int group) {
        GroupLogs kept = logs.kept();
        return kept != null && kept.leads(group);
    }

    /** As {@link Engine#makePlace}. */
    CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        return asked(kept -> kept.makePlace(removed, here, gone));
    }

    /** As {@link Engine#removeNode}. */
    CompletionStage<Void> remove(String node) {
        return asked(kept -> kept.remove(node));
    }

    /** What was written to the logs on this node. */
    LogFigures written() {
        GroupLogs kept = logs.kept();
        return kept == null ? LogFigures.NONE : kept.written();
    }

    private <T> CompletionStage<T> asked(Function<GroupLogs, CompletionStage<T>> question) {
        GroupLogs kept = logs.kept();
        return kept == null ? CompletableFuture.failedFuture(logs.notHere()) : question.apply(kept);
    }
}
