package io.wkmq.broker.ctl;

import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.ClusterNode;
import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.hazelcast.Encounter;
import io.wkmq.plugins.api.Command.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/** {@code discovery test}: looks for other nodes now, and reports for each address whether its node has joined and why not. */
final class DiscoveryCommand implements CtlCommand {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final Cluster cluster;

    DiscoveryCommand(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public String name() {
        return "discovery";
    }

    @Override
    public List<Usage> usages() {
        return List.of(new Usage("discovery test", "Look for other nodes now, and say why they are not joined"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        if (!arguments.equals(List.of("test"))) {
            throw CtlException.unknownForm();
        }
        ClusterNode node =
                ClusterCommand.ready(cluster, "", "This node looks for no others: cluster.discovery = singleton");
        DiscoveryReport report;
        try {
            report = InTime.get(node.look().toCompletableFuture(), LIMIT);
        } catch (ExecutionException | CancellationException e) {
            throw new CtlException("Discovery does not look any more: the node stops");
        }
        if (report.failure() != null) {
            throw new CtlException("Discovery failed: " + Diagnosis.summary(report));
        }
        List<Encounter> met = node.ask(report.found());
        ClusterStatus status = node.status();
        answer.object(text(report, met, status), object -> {
            Diagnosis.discovery(report, object);
            Diagnosis.addresses(met, status, object);
        });
    }

    private static String text(DiscoveryReport report, List<Encounter> met, ClusterStatus status) {
        StringBuilder text = new StringBuilder(Printable.line("Strategy " + report.strategy() + " answered within "
                + report.took().toMillis() + " ms: " + report.found().size() + " addresses"));
        report.remarks().forEach(remark -> text.append("\n  ").append(Printable.line(remark)));
        met.forEach(one ->
                text.append('\n').append(Printable.line(one.address() + "  " + ClusterText.encounter(one, status))));
        return text.toString();
    }
}
