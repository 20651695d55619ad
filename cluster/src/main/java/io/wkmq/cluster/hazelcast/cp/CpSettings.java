package io.wkmq.cluster.hazelcast.cp;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a member takes part in the CP subsystem.
 *
 * @param directory of this node alone: what it must not forget
 * @param members how many members begin the CP subsystem; the same on all, at least 3
 * @param election after what silence a leader is replaced, at the earliest
 * @param limits of the log
 * @param onBroken is told once when the log fails: the node is to end at once
 * @param channels whose logs are Raft groups; null for none
 * @param channelGroups in how many groups these are; 0 for none
 */
public record CpSettings(
        Path directory,
        int members,
        Duration election,
        CpStore.Limits limits,
        Consumer<IOException> onBroken,
        @Nullable CpChannels channels,
        int channelGroups) {
    /** Checks what can be wrong by itself. */
    public CpSettings {
        if (members < 3) {
            throw new IllegalArgumentException(
                    "The CP subsystem is to begin with " + members + " members; expected 3 or more");
        }
        if (election.toMillis() < 100) {
            throw new IllegalArgumentException(
                    "A leader is to be replaced after " + election + "; expected at least 100 ms");
        }
        if (channels == null ? channelGroups != 0 : channelGroups < 1) {
            throw new IllegalArgumentException("The channels are in " + channelGroups + " groups; expected "
                    + (channels == null ? "none without channels" : "1 or more"));
        }
    }
}
