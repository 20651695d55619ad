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
 * Which nodes keep and lead the groups of an engine, as far as this node knows: access to its {@link GroupLogs}, which exist only once the
 * engine has begun. Until then stages fail with {@link EngineLogs#notHere}. Thread-safe; does not block.
 */
final class KeptGroups implements LeaderShare.Groups {
    private final EngineLogs logs;

    /** Creates access to the given logs. */
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

    /** As {@link Engine#replicas}; unreachably high until that is known, so that nobody has a majority. */
    int replicas() {
        GroupLogs kept = logs.kept();
        return kept == null ? Integer.MAX_VALUE : kept.members();
    }

    /** Returns whether this node leads a group, as far as it knows. */
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

    /** Returns statistics of what this node wrote to the logs. */
    LogFigures written() {
        GroupLogs kept = logs.kept();
        return kept == null ? LogFigures.NONE : kept.written();
    }

    private <T> CompletionStage<T> asked(Function<GroupLogs, CompletionStage<T>> question) {
        GroupLogs kept = logs.kept();
        return kept == null ? CompletableFuture.failedFuture(logs.notHere()) : question.apply(kept);
    }
}
