package io.wkmq.broker.ctl;

import io.wkmq.broker.http.Readiness;
import io.wkmq.broker.stats.NodeFacts;
import io.wkmq.plugins.api.Command.Usage;
import java.util.List;

/** {@code status}: EMQ's two lines, and a third one if the node is not ready. */
final class StatusCommand implements CtlCommand {
    private final NodeFacts facts;
    private final Readiness readiness;

    StatusCommand(NodeFacts facts, Readiness readiness) {
        this.facts = facts;
        this.readiness = readiness;
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public List<Usage> usages() {
        return List.of(new Usage("status", "Show broker status"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        if (!arguments.isEmpty()) {
            throw CtlException.unknownForm();
        }
        List<String> problems = readiness.problems();
        String state = problems.contains(Readiness.STOPPING)
                ? "stopping"
                : problems.contains(Readiness.STARTING) ? "starting" : "started";
        String text = "Node '" + facts.name() + "' is " + state + "\nwkmq " + facts.version() + " is running"
                + (problems.isEmpty() ? "" : "\nnot ready: " + Printable.line(String.join(", ", problems)));
        answer.object(text, object -> {
            object.field("node", facts.name())
                    .field("status", state)
                    .field("version", facts.version())
                    .field("ready", problems.isEmpty())
                    .name("problems")
                    .beginArray();
            problems.forEach(object::value);
            object.endArray();
        });
    }
}
