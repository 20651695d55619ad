package io.wkmq.broker.ctl;

import io.wkmq.plugins.api.AuthenticationResult;
import io.wkmq.plugins.api.Command;
import io.wkmq.plugins.api.CommandException;
import io.wkmq.plugins.api.Plugin;
import io.wkmq.plugins.api.PluginContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A plugin with a command that greets, and an authenticator that accepts every user name. */
public final class GreetPlugin implements Plugin, Command {
    /** Packs this class alone as a plugin's jar. */
    static void pack(Path directory) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Wkmq-Plugin-Api", "1");
        String file = GreetPlugin.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(directory);
        try (JarOutputStream jar =
                        new JarOutputStream(Files.newOutputStream(directory.resolve("greet.jar")), manifest);
                InputStream bytes = GreetPlugin.class.getClassLoader().getResourceAsStream(file)) {
            if (bytes == null) {
                throw new IOException(file + " is not there");
            }
            jar.putNextEntry(new JarEntry(file));
            bytes.transferTo(jar);
            jar.putNextEntry(new JarEntry("META-INF/services/" + Plugin.class.getName()));
            jar.write((GreetPlugin.class.getName() + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public String name() {
        return "greet";
    }

    @Override
    public String version() {
        return "3.2.1";
    }

    @Override
    public String description() {
        return "Greets";
    }

    @Override
    public void start(PluginContext context) {
        context.addCommand(this);
        context.addAuthenticator((client, credentials) -> credentials.userName() == null
                ? AuthenticationResult.ignored().now()
                : AuthenticationResult.allowed().now());
    }

    @Override
    public void stop() {}

    @Override
    public List<Usage> usages() {
        return List.of(new Usage("greet <Name>", "Say hello"));
    }

    @Override
    public String run(List<String> arguments) throws CommandException {
        if (arguments.contains("nobody")) {
            throw new CommandException("Nobody is not there;\nexpected somebody");
        }
        return "Hello " + String.join("|", arguments);
    }
}
