package io.wkmq.broker.alarm;

import io.wkmq.session.DropReason;
import io.wkmq.session.SessionStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Detects problems of this node itself. Confined to one thread. */
public final class NodeCauses {
    private final Supplier<@Nullable String> storage;
    private final Supplier<@Nullable String> channels;
    private final BooleanSupplier memoryShort;
    private final Supplier<SessionStats> sessions;
    private final Rise dropped = new Rise();
    private boolean channelsDown;

    /**
     * Creates a detector for a node.
     *
     * @param storage returns why no durable data can be accepted, or null
     * @param channels returns why replicated channels are incomplete or which channel data is damaged, or null; a problem that
     *     is over within a second, such as a change of leader, raises no alarm
     * @param memoryShort whether connections are refused for lack of memory
     */
    public NodeCauses(
            Supplier<@Nullable String> storage,
            Supplier<@Nullable String> channels,
            BooleanSupplier memoryShort,
            Supplier<SessionStats> sessions) {
        this.storage = storage;
        this.channels = channels;
        this.memoryShort = memoryShort;
        this.sessions = sessions;
    }

    List<Cause> look() {
        List<Cause> causes = new ArrayList<>();
        String trouble = storage.get();
        if (trouble != null) {
            causes.add(new Cause(
                    AlarmKind.STORAGE, "", "Nothing durable is accepted: " + trouble, Map.of("reason", trouble)));
        }
        String missing = channels.get();
        if (missing != null && channelsDown) {
            causes.add(new Cause(AlarmKind.CHANNELS, "", missing, Map.of("reason", missing)));
        }
        channelsDown = missing != null;
        if (memoryShort.getAsBoolean()) {
            causes.add(new Cause(AlarmKind.MEMORY_SHORT, "", "Memory is short, new connections are refused", Map.of()));
        }
        SessionStats now = sessions.get();
        if (dropped.rises(now.dropped().getOrDefault(DropReason.NODE_BYTES, 0L))) {
            causes.add(new Cause(
                    AlarmKind.QUEUES_FULL,
                    "",
                    "The queues of all sessions together are full, messages are dropped; see overload.queue_memory",
                    Map.of("queued_bytes", now.queuedBytes())));
        }
        return causes;
    }
}
