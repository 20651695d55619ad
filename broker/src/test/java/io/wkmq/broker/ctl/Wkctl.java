package io.wkmq.broker.ctl;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs {@code wkctl} in this process, for the node of a given home. */
public final class Wkctl {
    /**
     * The result of a command.
     *
     * @param status its exit status
     * @param text its output, to either stream
     */
    public record Said(int status, String text) {}

    private Wkctl() {}

    /** Runs a command to its end. */
    public static Said run(Path home, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
        int status = CtlMain.run(List.of(words), Map.of("WKMQ_HOME", home.toString()), out, err);
        return new Said(status, out.toString(StandardCharsets.UTF_8));
    }
}
