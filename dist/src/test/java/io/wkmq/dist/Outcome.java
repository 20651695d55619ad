package io.wkmq.dist;

import java.util.List;

/**
 * The result of a command.
 *
 * @param status its exit status
 * @param out its standard output
 * @param err its standard error
 */
public record Outcome(int status, String out, String err) {
    List<String> outLines() {
        return out.lines().toList();
    }

    List<String> errLines() {
        return err.lines().toList();
    }
}
