package io.wkmq.channel.engine;

import io.wkmq.channel.audit.AuditCodec;
import io.wkmq.channel.audit.Auditees;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The nodes whose replicas are compared, and this node's answers about its own. Thread-safe; does not block. */
final class ReplicaAuditees {
    private final ReplicaStore store;
    private final EngineLogs logs;
    private final ReplicaUpkeep upkeep;
    private final Auditor auditor;
    private volatile @Nullable Auditees others;

    /**
     * Creates an instance that knows only this node, until it {@link #compareWith knows others}.
     *
     * @param reads for reading records, which blocks
     */
    ReplicaAuditees(ReplicaStore store, EngineLogs logs, ReplicaUpkeep upkeep, Executor reads) {
        this.store = store;
        this.logs = logs;
        this.upkeep = upkeep;
        this.auditor = new Auditor(channel -> store.replica(store.groupOf(channel)), reads, new OwnCare());
    }

    private final class OwnCare implements Auditor.Care {
        @Override
        public boolean copies() {
            return store.copies();
        }

        @Override
        public @Nullable String apart() {
            return logs.apart();
        }

        @Override
        public CompletionStage<ScrubReport> scrub(@Nullable Integer channel, long patienceMs) {
            return upkeep.scrub(channel, patienceMs);
        }

        @Override
        public CompletionStage<Void> refill(int channel, Set<NodeId> donors) {
            return logs.isHere() ? store.refill(channel, donors) : CompletableFuture.failedFuture(logs.notHere());
        }
    }

    /** Sets the other nodes whose replicas are compared with this node's. Call before the node meets others. */
    void compareWith(Auditees nodes) {
        others = nodes;
    }

    /** Answers another node's question sent through its {@link Auditees}. */
    CompletionStage<byte[]> answer(byte[] question) {
        return auditor.answer(question);
    }

    /** Returns the nodes that are up; this one first. */
    List<Auditee> here() {
        Auditees found = others;
        List<Auditee> all =
                new ArrayList<>(List.of(new Auditee(found == null ? null : found.self(), null, auditor::answer)));
        if (found != null) {
            found.here()
                    .forEach(other -> all.add(new Auditee(
                            other.id(),
                            other.name(),
                            question -> found.ask(other.id(), AuditCodec.encode(question))
                                    .thenApply(AuditCodec::decodeAnswer))));
        }
        return all;
    }
}
