package io.wkmq.broker.ctl;

import io.wkmq.broker.plugin.PluginInfo;
import io.wkmq.broker.plugin.PluginLoadException;
import io.wkmq.broker.plugin.PluginLoader;
import io.wkmq.plugins.api.Command.Usage;
import java.util.List;

/** {@code plugins list|load|unload}. */
final class PluginsCommand implements CtlCommand {
    private final PluginLoader plugins;

    PluginsCommand(PluginLoader plugins) {
        this.plugins = plugins;
    }

    @Override
    public String name() {
        return "plugins";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage("plugins list", "Show loaded plugins"),
                new Usage("plugins load <Plugin>", "Load plugin"),
                new Usage("plugins unload <Plugin>", "Unload plugin"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        String form = arguments.isEmpty() ? "" : arguments.get(0) + '/' + arguments.size();
        switch (form) {
            case "list/1" -> list(answer);
            case "load/2" -> load(arguments.get(1), answer);
            case "unload/2" -> unload(arguments.get(1), answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private void list(Answer answer) {
        answer.beginList();
        for (PluginInfo plugin : plugins.list()) {
            answer.row(
                    text(plugin),
                    object -> object.field("name", plugin.name())
                            .field("version", plugin.version())
                            .field("description", plugin.description())
                            .field("active", plugin.active())
                            .field("failures", plugin.counts().failures())
                            .field("timeouts", plugin.counts().timeouts())
                            .field("rejections", plugin.counts().rejections())
                            .field("dropped_events", plugin.counts().droppedEvents()));
        }
        answer.endList();
    }

    private static String text(PluginInfo plugin) {
        return Printable.line("Plugin(" + plugin.name()
                + ", version=" + plugin.version()
                + ", description=" + plugin.description()
                + ", active=" + plugin.active() + ')');
    }

    private void load(String name, Answer answer) throws CtlException {
        try {
            PluginInfo loaded = plugins.load(name);
            answer.say("Start apps: ['" + loaded.name() + "']\nPlugin " + loaded.name() + " loaded successfully.");
        } catch (PluginLoadException e) {
            throw new CtlException("load plugin error: " + e.getMessage());
        }
    }

    private void unload(String name, Answer answer) throws CtlException {
        try {
            plugins.unload(name);
            answer.say("Plugin " + name + " unloaded successfully.");
        } catch (PluginLoadException e) {
            throw new CtlException("unload plugin error: " + e.getMessage());
        }
    }
}
