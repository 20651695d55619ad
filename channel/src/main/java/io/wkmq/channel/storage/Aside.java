package io.wkmq.channel.storage;

import java.nio.file.Path;

/** Names for damaged files that are kept beside their former place. Stateless. */
public final class Aside {
    private Aside() {}

    /**
     * Returns an unused name: the wanted one, or that with {@code .2}, {@code .3} and so on appended, so that files put aside earlier are
     * kept too.
     */
    public static Path free(Disk disk, Path wanted) {
        Path aside = wanted;
        for (int i = 2; disk.exists(aside); i++) {
            aside = wanted.resolveSibling(wanted.getFileName() + "." + i);
        }
        return aside;
    }
}
