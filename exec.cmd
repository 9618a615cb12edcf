@rem `exec` for Windows: package.json's scripts begin with it so that elsewhere no shell stands between npm and Node to swallow signals.
@%*
