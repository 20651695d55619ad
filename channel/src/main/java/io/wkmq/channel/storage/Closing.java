package io.wkmq.channel.storage;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Closes several resources, even if some of them fail. Stateless. */
public final class Closing {
    private Closing() {}

    /** Closes all in order, then throws the first failure, with the others suppressed. */
    public static void all(List<? extends Closeable> things) throws IOException {
        IOException failure = null;
        for (Closeable thing : things) {
            try {
                thing.close();
            } catch (IOException | RuntimeException e) {
                if (failure == null) {
                    failure = e instanceof IOException io ? io : new IOException("Cannot close a resource", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
