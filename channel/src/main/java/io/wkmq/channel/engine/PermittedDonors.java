package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/**
 * The other nodes as donors, for as long as they may be asked; otherwise none is reported as up. Nodes known to have only copies come last.
 * Thread-safe.
 *
 * @param all all the other nodes
 * @param givers the tracker of which of them may have more
 * @param permitted whether they may be asked now; callable from any thread, does not block
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
