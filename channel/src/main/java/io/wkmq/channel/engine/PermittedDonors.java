package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * Other nodes, which are asked only as long as that is permitted: else none is here. Those that are known to have copies only come last.
 * Thread-safe.
 *
 * @param all the other nodes
 * @param givers which of them may have more
 * @param permitted whether they may be asked now; any thread, does not block
 */
record PermittedDonors(Donors all, Givers givers, BooleanSupplier permitted) implements Donors {
    @Override
    public List<NodeId> here() {
        return permitted.getAsBoolean() ? givers.first(all.here()) : List.of();
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
        return permitted.getAsBoolean()
                ? all.ask(donor, question)
                : CompletableFuture.failedFuture(
                        new IOException("It is not known whether node " + donor + " has the same channels"));
    }
}
