/** Which fabric the settings dialog shows, if it is open at all. */

/** `fabricSettings.open(id)` shows the settings of a fabric, `fabricSettings.add()` an empty form for a new one. */
class FabricSettingsDialog {
  /** `{id: null}` is a fabric that is being added; null: the dialog is closed. */
  target = $state.raw<{ readonly id: string | null } | null>(null);

  open(id: string): void {
    this.target = { id };
  }

  add(): void {
    this.target = { id: null };
  }

  close(): void {
    this.target = null;
  }
}

export const fabricSettings = new FabricSettingsDialog();
